"""A certificate authority and certificates of it, made anew for each run by the system's openssl."""
import os
import subprocess


def _openssl(*arguments):
    run = subprocess.run(["openssl", *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                         text=True, check=False)
    if run.returncode != 0:
        raise SystemExit(f"openssl {' '.join(arguments)}: {run.stdout}")


class Certificates:
    """Files in `folder`: ca.pem, and NAME.pem with NAME.key for each one issued. P-256, for a day."""

    def __init__(self, folder):
        self.folder = folder
        os.makedirs(folder, exist_ok=True)
        self.ca = self.path("ca.pem")
        _openssl("req", "-x509", *self._new_key("ca"), "-days", "1", "-subj", "/CN=scenario authority",
                 "-out", self.ca)

    def path(self, name):
        return os.path.join(self.folder, name)

    def _new_key(self, name):
        return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                "-keyout", self.path(f"{name}.key")]

    def issue(self, name, alternatives):
        """`alternatives` in openssl's words: "DNS:a.test,URI:spiffe://mesh/a"."""
        _openssl("req", *self._new_key(name), "-subj", f"/CN={name}", "-out", self.path(f"{name}.csr"))
        extensions = self.path(f"{name}.ext")
        with open(extensions, "w", encoding="utf-8") as file:
            file.write(f"subjectAltName={alternatives}\n")
        _openssl("x509", "-req", "-in", self.path(f"{name}.csr"), "-CA", self.ca, "-CAkey",
                 self.path("ca.key"), "-CAcreateserial", "-days", "1", "-extfile", extensions,
                 "-out", self.path(f"{name}.pem"))

    def context(self, kind, name, trust="", alpn="", fields=""):
        """A transport_socket for YAML in flow style: `kind` is Downstream or Upstream; `trust` are
        further fields of the validation context, if it is to check whom it speaks to."""
        common = f"alpn_protocols: [{alpn}]" if alpn else "alpn_protocols: []"
        if name:
            common += (f", tls_certificates: [{{certificate_chain: {{filename: {self.path(name)}.pem}}, "
                       f"private_key: {{filename: {self.path(name)}.key}}}}]")
        if trust is not None:
            common += f", validation_context: {{trusted_ca: {{filename: {self.ca}}}{trust}}}"
        return ("transport_socket: {name: tls, typed_config: {'@type': type.googleapis.com/"
                f"envoy.extensions.transport_sockets.tls.v3.{kind}TlsContext, "
                f"common_tls_context: {{{common}}}{fields}}}}}")
