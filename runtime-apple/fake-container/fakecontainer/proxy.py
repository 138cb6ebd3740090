"""Ports of the host that lead to a container: copied by a process, so the caller's address is lost."""

import errno
import os
import socket
import threading

from .program import StartFailure


class Proxies:
    """All published ports of one container. They are bound when this is made."""

    def __init__(self, ports, target):
        self.sockets = []
        self.target = target
        for port in ports:
            for offset in range(port["count"]):
                self._bind(port, offset)

    def _bind(self, port, offset):
        address = port["hostAddress"]
        number = port["hostPort"] + offset
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        kind = socket.SOCK_STREAM if port["proto"] == "tcp" else socket.SOCK_DGRAM
        listener = socket.socket(family, kind)
        try:
            if kind == socket.SOCK_STREAM:
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((address, number))
            if kind == socket.SOCK_STREAM:
                listener.listen(128)
        except OSError as error:
            listener.close()
            self.stop()
            if error.errno == errno.EACCES:
                raise StartFailure("Permission denied while binding to %s:%d" % (address, number)) from None
            raise StartFailure(
                "bind(descriptor:ptr:bytes:): %s (errno: %d): %s:%d"
                % (os.strerror(error.errno), error.errno, address, number)
            ) from None
        self.sockets.append((listener, kind, port["containerPort"] + offset))

    def start(self):
        for listener, kind, port in self.sockets:
            work = self._accept if kind == socket.SOCK_STREAM else self._relay_datagrams
            threading.Thread(target=work, args=(listener, port), daemon=True).start()

    def stop(self):
        for listener, _, _ in self.sockets:
            try:
                listener.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            listener.close()

    def _accept(self, listener, port):
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._join, args=(client, port), daemon=True).start()

    def _join(self, client, port):
        try:
            server = socket.create_connection((self.target, port), timeout=5)
            server.settimeout(None)
        except OSError:
            client.close()
            return
        back = threading.Thread(target=_copy, args=(server, client), daemon=True)
        back.start()
        _copy(client, server)
        back.join()
        client.close()
        server.close()

    def _relay_datagrams(self, listener, port):
        peers = {}
        while True:
            try:
                data, sender = listener.recvfrom(65536)
            except OSError:
                return
            if sender not in peers:
                peers[sender] = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                peers[sender].connect((self.target, port))
                threading.Thread(
                    target=_answer_datagrams, args=(peers[sender], listener, sender), daemon=True
                ).start()
            try:
                peers[sender].send(data)
            except OSError:
                continue


def _copy(source, sink):
    try:
        while True:
            data = source.recv(65536)
            if not data:
                break
            sink.sendall(data)
    except OSError:
        pass
    try:
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def _answer_datagrams(server, listener, receiver):
    while True:
        try:
            data = server.recv(65536)
            listener.sendto(data, receiver)
        except ConnectionRefusedError:
            continue  # nobody listened when it was sent; the next one may find somebody
        except OSError:
            return
