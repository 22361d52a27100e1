"""A mail server on loopback that knows as much of IMAP (RFC 3501) as a reader of letters asks."""

import re
import socketserver
import threading
from contextlib import contextmanager


class Postbox(socketserver.ThreadingTCPServer):
    """`letters` by UID, with the moment each arrived. Whatever it was asked is in `asked`."""

    allow_reuse_address = daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Session)
        self.letters, self.asked, self.validity = {}, [], 1
        self.url = f"imap://reader:secret@127.0.0.1:{self.server_address[1]}/INBOX"

    def put(self, raw, uid, arrived="20-Nov-2026 19:30:00 +0500"):
        self.letters[uid] = (raw, arrived)


class Session(socketserver.StreamRequestHandler):
    def handle(self):
        self.tell(b"* OK ready")
        while line := self.rfile.readline():
            tag, verb, *rest = line.decode().strip().split(" ", 2)
            words = rest[0] if rest else ""
            self.server.asked.append(f"{verb} {words}")
            getattr(self, f"on_{verb.lower()}", lambda _: None)(words)
            self.tell(f"{tag} OK done".encode())

    def tell(self, line):
        self.wfile.write(line + b"\r\n")

    def on_capability(self, _):
        self.tell(b"* CAPABILITY IMAP4rev1")

    def on_examine(self, _):
        self.tell(f"* {len(self.server.letters)} EXISTS".encode())
        self.tell(f"* OK [UIDVALIDITY {self.server.validity}] fixed".encode())

    def on_uid(self, words):
        verb, _, rest = words.partition(" ")
        if verb == "SEARCH":
            found = sorted(self.server.letters)
            first = int(re.search(r"UID (\d+):", rest)[1])
            newer = [uid for uid in found if uid >= first] or found[-1:]
            self.tell(b"* SEARCH " + b" ".join(str(uid).encode() for uid in newer))
        elif (uid := int(rest.split()[0])) in self.server.letters:
            self.fetch(uid, rest)

    def fetch(self, uid, asked):
        raw, arrived = self.server.letters[uid]
        if "RFC822.SIZE" in asked:
            line = f'* 1 FETCH (UID {uid} RFC822.SIZE {len(raw)} INTERNALDATE "{arrived}")'
            self.tell(line.encode())
            return
        if "HEADER" in asked:
            raw = raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
        self.wfile.write(
            f"* 1 FETCH (UID {uid} BODY[] {{{len(raw)}}}\r\n".encode() + raw + b")\r\n"
        )


@contextmanager
def open_postbox():
    with Postbox() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()
