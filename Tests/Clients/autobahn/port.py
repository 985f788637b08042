"""Makes the Autobahn WebSocket suite run on Python 3.

PyPI's `autobahntestsuite` is written in Python 2. This changes the copy that is installed in a
venv: `python port.py VENV`. The untouched copy is kept beside it, so that this may run again.

The idea: a string of bytes of Python 2 becomes a string whose characters are the bytes (Latin 1),
and is turned into bytes, or back, only where the suite meets the WebSocket library.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

PACKAGES = next(Path(sys.argv[1]).glob("lib/python3*/site-packages"))
SUITE = PACKAGES / "autobahntestsuite"
UNTOUCHED = PACKAGES / ".autobahntestsuite-untouched"

# Parts about other protocols and other uses of the suite.
NOT_NEEDED = ["serializer", "wampfuzzing", "wamptestee", "wamptestserver", "wsperfcontrol",
              "wsperfmaster", "testdb"]

# Imported by the parts of the suite wherever bytes and strings meet.
BRIDGE = '''
import binascii as _binascii

def tob(text):
    """Bytes of a string whose characters are bytes."""
    if text is None:
        return None
    if isinstance(text, (bytes, bytearray, memoryview)):
        return bytes(text)
    return text.encode("latin-1")

def tos(data):
    """The string whose characters are these bytes."""
    return data.decode("latin-1") if isinstance(data, (bytes, bytearray)) else data

def norm(value):
    """A value with strings in place of bytes, so that two can be compared."""
    return [norm(part) for part in value] if isinstance(value, (list, tuple)) else tos(value)

class binascii:
    b2a_hex = hexlify = staticmethod(lambda text: _binascii.b2a_hex(tob(text)).decode("ascii"))
    a2b_hex = unhexlify = staticmethod(lambda text: _binascii.a2b_hex(text).decode("latin-1"))
'''
BRIDGE_NAME = "_py3"
IMPORT_BRIDGE = f"from autobahntestsuite.{BRIDGE_NAME} import tob, tos\n"

# What the fuzzing connection sends goes out as bytes, and what comes in is a string again.
SENDING = '''   def sendFrame(self, opcode, payload = b"", *rest, **named):
      return super().sendFrame(opcode, tob(payload), *rest, **named)
   def sendMessage(self, payload, *rest, **named):
      return super().sendMessage(tob(payload), *rest, **named)
   def sendMessageFrame(self, payload, *rest, **named):
      return super().sendMessageFrame(tob(payload), *rest, **named)
   def sendMessageFrameData(self, payload, *rest, **named):
      return super().sendMessageFrameData(tob(payload), *rest, **named)
   def sendPing(self, payload = None):
      return super().sendPing(tob(payload))
   def sendCloseFrame(self, code = None, reasonUtf8 = None, isReply = False):
      return super().sendCloseFrame(code, tob(reasonUtf8), isReply)

   def onPong(self, payload):
      payload = tos(payload)
'''


def main():
    if not UNTOUCHED.exists():
        shutil.copytree(SUITE, UNTOUCHED, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.rmtree(SUITE)
    shutil.copytree(UNTOUCHED, SUITE)
    for name in NOT_NEEDED:
        (SUITE / f"{name}.py").unlink()
    shutil.rmtree(SUITE / "wampcase", ignore_errors=True)

    files = sorted([*SUITE.glob("*.py"), *SUITE.glob("case/*.py")])
    for file in files:
        file.write_text(file.read_text("latin-1"), "utf-8")
    run("-W", "ignore", "-m", "lib2to3", "-w", "-n", "--no-diffs", "-x", "import", "-x", "unicode",
        str(SUITE))
    top = {file.stem for file in SUITE.glob("*.py")} | {"case"}
    cases = {file.stem for file in SUITE.glob("case/*.py")}
    (SUITE / f"{BRIDGE_NAME}.py").write_text(BRIDGE, "utf-8")
    for file in files:
        is_case = file.parent.name == "case"
        text = with_imports(file.read_text("utf-8"), cases if is_case else top)
        file.write_text(patched(text, file, is_case), "utf-8")

    # Divisions that were of whole numbers.
    replace(SUITE / "case/case10_1_1.py", "len(self.payload) / self.p", "len(self.payload) // self.p")
    replace(PACKAGES / "autobahn/websocket/protocol.py",
            "range(payload_len / len(payload))", "range(payload_len // len(payload))")
    run("-m", "compileall", "-q", str(SUITE))


def run(*arguments):
    subprocess.run([sys.executable, *arguments], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def replace(file, old, new):
    file.write_text(file.read_text("utf-8").replace(old, new), "utf-8")


def with_imports(text, own):
    """Imports of the package's own modules are relative in Python 3."""

    def divided(match):
        names = [name.strip() for name in match.group(2).split(",")]
        lines = [f"{match.group(1)}import {name}" for name in names
                 if name not in own and name != "binascii"]
        lines += [f"{match.group(1)}from . import {name}" for name in names if name in own]
        if "binascii" in names:
            lines.append(f"{match.group(1)}from autobahntestsuite.{BRIDGE_NAME} import binascii")
        return "\n".join(lines)

    def relative(match):
        known = match.group(2) in own
        return f"{match.group(1)}from .{match.group(2)} import" if known else match.group(0)

    text = re.sub(r"^([ \t]*import [\w, ]+?)[ \t]*#.*$", r"\1", text, flags=re.M)
    text = re.sub(r"^([ \t]*)import ([\w, ]+)$", divided, text, flags=re.M)
    return re.sub(r"^([ \t]*)from (\w+) import", relative, text, flags=re.M)


def patched(text, file, is_case):
    text = text.replace("(object, Case, )", "(Case, )")
    text = text.replace(".tostring()", ".tobytes().decode('latin-1')")
    text = re.sub(r"^\s*implements\(.*\)\n", "", text, flags=re.M)
    text = text.replace("from zope.interface import implements", "")
    if file.name == "case.py":
        text = text.replace(
            "return pickle.dumps(obj1) == pickle.dumps(obj2)",
            f"from autobahntestsuite.{BRIDGE_NAME} import norm\n      return norm(obj1) == norm(obj2)",
        )
    if file.name == "case6_x_x.py":
        text = IMPORT_BRIDGE + text.replace("v.validate(vss[:i])", "v.validate(tob(vss[:i]))")
    if file.name == "wstest.py":
        text = text.replace("from . import serializer", "").replace("import serializer", "")
    if file.name == "__init__.py" and not is_case:
        text = re.sub(r"^from \. import .*$", "", text, flags=re.M)
    return patched_fuzzing(text) if file.name == "fuzzing.py" else text


def patched_fuzzing(text):
    library = "from autobahn.util import utcnow"
    text = text.replace(library, f"{library}\n{IMPORT_BRIDGE}", 1)
    text = text.replace(
        "return dd.decode('utf8', errors = 'replace' if replace else 'strict')",
        "return tob(dd).decode('utf8', errors = 'replace' if replace else 'strict')",
    )
    log = "def asciiLogData(data, maxlen = 64, replace = False):\n"
    text = text.replace(log, f"{log}   data = tos(data)\n", 1)
    text = text.replace("p = ''.join(payload)", "p = ''.join([tos(part) for part in payload])")
    text = text.replace("   def onPong(self, payload):\n", SENDING, 1)
    message = "   def onMessage(self, msg, binary):\n"
    text = text.replace(message, f"{message}      msg = tos(msg)\n", 1)
    text = re.sub(
        r"json\.dumps\((\w+), sort_keys = True",
        r"json.dumps(\1, default = lambda o: tos(o) if isinstance(o, bytes) else str(o), "
        "sort_keys = True",
        text,
    )
    return text.replace(').encode("utf-8"))', "))").replace(".encode('utf8'))", ")")


main()
