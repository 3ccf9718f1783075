"""Text and bytes, hexadecimal digits and base64: CPython's answers for all short inputs of chosen characters,
and for longer random ones. Each function returns JSON: `[[input, answer], …]`; `test/slow/codecs.test.ts`
asks.

An answer is text, `{"hex": …}` for bytes, or `{"error": name}`, of a Unicode error with its fields.
"""

import base64
import codecs
import json
import random
from itertools import product

BYTES = bytes.fromhex("41 7f 80 8f 90 9f a0 bf c1 c2 df e0 e1 ed ef f0 f4 f5 ff")
CHARACTERS = "A\x7f\x80\xff\u0100\ud7ff\ud800\udbff\udc00\udc7f\udc80\udcff\udd00\udfff\ue000\uffff\U00010000\U0010ffff"


def words(alphabet, longest):
    for length in range(longest + 1):
        yield from product(alphabet, repeat=length)


def longer(alphabet, seed, count):
    source = random.Random(seed)
    return [source.choices(alphabet, k=source.randint(4, 12)) for _ in range(count)]


def answer(call, *args):
    try:
        result = call(*args)
    except UnicodeError as error:
        fields = {name: getattr(error, name) for name in ("encoding", "start", "end", "reason")}
        return {"error": type(error).__name__, **fields}
    except ValueError:
        return {"error": "ValueError"}  # binascii.Error is one
    except Exception as error:
        return {"error": type(error).__name__}
    return result if isinstance(result, str) else {"hex": result.hex()}


def answers(inputs, call):
    return json.dumps([[given, answer(call, given)] for given in inputs])


def decoded(encoding, errors, seed):
    data = [bytes(word).hex() for word in [*words(BYTES, 3), *longer(BYTES, seed, 2000)]]
    return answers(data, lambda given: bytes.fromhex(given).decode(encoding, errors))


def encoded(encoding, errors, seed):
    texts = ["".join(word) for word in [*words(CHARACTERS, 3), *longer(CHARACTERS, seed, 2000)]]
    # In JavaScript a high surrogate and a low one are one character.
    texts = [
        text
        for text in texts
        if text == text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    ]
    return answers(texts, lambda given: given.encode(encoding, errors))


def named(names):
    """Other encodings, which CPython has and we have not, count as unknown."""

    def encode(name):
        if codecs.lookup(name).name not in ("utf-8", "iso8859-1", "ascii"):
            raise LookupError
        return "A".encode(name)

    return answers(json.loads(names), encode)


def of_hex():
    return answers(map("".join, words(" \t\v\x1c0aFg\xe9\0", 5)), bytes.fromhex)


def of_base64():
    return answers(map("".join, words("AQz/+-_=\n", 5)), lambda given: base64.b64decode(given, validate=True))
