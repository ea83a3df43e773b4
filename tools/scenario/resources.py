"""The files that the control plane serves: templates with ${NAMES}, filled in and replaced by rename."""
import os
import string


class Resources:
    def __init__(self, template_folder, folder, values):
        self._templates = template_folder
        self.folder = folder
        self.values = dict(values)

    def render(self, template):
        with open(os.path.join(self._templates, template), encoding="utf-8") as file:
            return string.Template(file.read()).substitute(self.values)

    def write_all(self):
        """Everything below nodes/."""
        for path, _, names in os.walk(os.path.join(self._templates, "nodes")):
            for name in names:
                template = os.path.relpath(os.path.join(path, name), self._templates)
                self.write(template)

    def set(self, *templates, **values):
        """Changes values and rewrites the files that use them."""
        self.values.update(values)
        for template in templates:
            self.write(template)

    def write(self, template, path=None, text=None):
        """Whole or not at all: written beside it, then renamed."""
        target = os.path.join(self.folder, path or template)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        hidden = os.path.join(os.path.dirname(target), f".{os.path.basename(target)}.new")
        with open(hidden, "w", encoding="utf-8") as file:
            file.write(self.render(template) if text is None else text)
        os.rename(hidden, target)

    def write_again(self, path):
        """The same content."""
        with open(os.path.join(self.folder, path), encoding="utf-8") as file:
            self.write(None, path, file.read())

    def remove(self, path):
        os.remove(os.path.join(self.folder, path))


def endpoints(ports):
    """A list of lb_endpoints on this host, as YAML."""
    each = ("{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}}" % port
            for port in ports)
    return "[" + ", ".join(each) + "]"
