"""TLS of clients and services, by Python's openssl, and what they tell of it."""
import os
import ssl


class TlsDoor:
    """What a service has before it: agrees on TLS, then lets it serve."""

    def __init__(self, certificates, wants_certificate):
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(*_files(certificates, "service"))
        self._context.set_alpn_protocols(["http/1.1"])
        self._context.sni_callback = _keep_name
        if wants_certificate:
            self._context.load_verify_locations(os.path.join(certificates, "authority.pem"))
            self._context.verify_mode = ssl.CERT_REQUIRED

    def opening(self, serve):
        def open_and_serve(name, connection):
            try:
                secured = self._context.wrap_socket(connection, server_side=True)
            except OSError:
                return  # who is not believed, or does not believe, has gone
            serve(name, secured)
        return open_and_serve


def _keep_name(connection, name, _):
    connection.name_asked_for = name


def _files(certificates, name):
    return (os.path.join(certificates, name + ".pem"), os.path.join(certificates, name + ".key"))


def secured(peer, client, protocols, certificates):
    """The client's side, once it has been agreed on; `client`: a case's Tls."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.load_verify_locations(os.path.join(certificates, "authority.pem"))
    context.maximum_version = ssl.TLSVersion[client.version_max]
    if client.ciphers:
        context.set_ciphers(client.ciphers)
    if client.certificate:
        context.load_cert_chain(*_files(certificates, client.certificate))
    if protocols:
        context.set_alpn_protocols(protocols)
    return context.wrap_socket(peer, server_hostname=client.server_name or None)


def met(connection):
    """What a side knows of the other one, as values that can be compared; None: this is no TLS."""
    if not isinstance(connection, ssl.SSLSocket):
        return None
    shown = connection.getpeercert() or {}
    return {"version": connection.version(), "cipher": connection.cipher() and connection.cipher()[0],
            "protocol": connection.selected_alpn_protocol(), "names": shown.get("subjectAltName"),
            "asked_for": getattr(connection, "name_asked_for", None)}
