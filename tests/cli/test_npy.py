"""A malformed .npy file gets exit status 1 and a sentence naming it; no file crashes the command.

No test here opens a device: B never fits A.
"""
import io, os, subprocess, warnings

from yoke_cli import CliTest, YOKE, main, np

GOOD = b"{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }"


def npy(header=GOOD, data=bytes(48), version=(1, 0), length=None):
    length = len(header) if length is None else length
    n = 2 if version[0] == 1 else 4
    return b'\x93NUMPY' + bytes(version) + length.to_bytes(n, 'little') + header + data


def dictionary(descr="'<f4'", fortran='False', shape='(3, 4)'):
    return f"{{'descr': {descr}, 'fortran_order': {fortran}, 'shape': {shape}, }}".encode()


MALFORMED = {
    'empty': (b'', '0 bytes'),
    'five bytes': (b'\x93NUMP', '5 bytes'),
    'not npy': (b'PK\x03\x04' + bytes(100), 'no .npy file'),
    'version 0': (npy(version=(0, 0)), 'format 0.0'),
    'version 4': (npy(version=(4, 0)), 'format 4.0'),
    'version 3.1': (npy(version=(3, 1)), 'format 3.1'),
    'version 1.9': (npy(version=(1, 9)), 'format 1.9'),
    'header past the end': (npy(length=5000), 'header of 5000 bytes'),
    'huge header': (npy(version=(2, 0), length=2**32 - 1), 'header of 4294967295 bytes'),
    'header past a mebibyte': (npy(GOOD + b' ' * 2**20, version=(2, 0)), 'at most 1048576'),
    'cut in the length': (npy(version=(2, 0))[:10], 'inside its header'),
    'header of nothing': (npy(b''), 'dictionary'),
    'header not closed': (npy(GOOD[:-1]), 'dictionary'),
    'header of noise': (npy(bytes(range(118))), 'dictionary'),
    'text after': (npy(GOOD + b' x'), 'after the dictionary'),
    'zeros after': (npy(GOOD + bytes(5)), 'after the dictionary'),
    'no shape': (npy(b"{'descr': '<f4', 'fortran_order': False}"), 'lacks'),
    'key twice': (npy(GOOD[:-1] + b"'descr': '<f4'}"), 'twice'),
    'another key': (npy(GOOD[:-1] + b"'x': 1}"), 'key besides'),
    'no comma': (npy(GOOD.replace(b"'<f4', ", b"'<f4' ")), 'dictionary'),
    'structured': (npy(dictionary("[('a', '<f4')]")), 'not a simple type'),
    'long type': (npy(dictionary("'" + 'f' * 60 + "'")), 'not a simple type'),
    'type not ASCII': (npy(dictionary("'<\xff4'")), 'not a simple type'),
    'prefix of bytes': (npy(GOOD.replace(b"'descr'", b"b'descr'")), 'dictionary'),
    'prefix apart': (npy(GOOD.replace(b"'descr'", b"u 'descr'")), 'dictionary'),
    'prefix alone': (npy(b'{u'), 'dictionary'),
    'escape': (npy(GOOD.replace(b"'descr'", b"'d\\x65scr'")), 'dictionary'),
    'vertical tab': (npy(GOOD.replace(b', ', b',\v')), 'dictionary'),
    'order twice': (npy(dictionary("'<<f4'")), '<<f4'),
    'order alone': (npy(dictionary("'<'")), 'type <'),
    'no type': (npy(dictionary("''")), 'elements of type'),
    'big-endian': (npy(dictionary("'>f4'")), 'big-endian'),
    'long integers': (npy(dictionary("'<i8'")), '<i8'),
    'unsigned': (npy(dictionary("'|u1'")), '|u1'),
    'long double': (npy(dictionary("'<f16'")), '<f16'),
    'halves cut short': (npy(dictionary("'<f2'"), bytes(23)), '23 bytes of data; its shape needs 24'),
    'complex cut short': (npy(dictionary("'<c16'")), '48 bytes of data; its shape needs 192'),
    'objects': (npy(dictionary("'|O'")), '|O'),
    'order 1': (npy(dictionary(fortran='1')), 'fortran_order'),
    'shape a list': (npy(dictionary(shape='[3, 4]')), 'tuple of sizes'),
    'shape without comma': (npy(dictionary(shape='(3 4)')), 'tuple of sizes'),
    'shape a number': (npy(dictionary(shape='(12)')), 'tuple of sizes'),
    'shape negative': (npy(dictionary(shape='(-3, 4)')), 'tuple of sizes'),
    'shape not closed': (npy(b"{'shape': (3, 4"), 'tuple of sizes'),
    'size past 2^64': (npy(dictionary(shape=f'({2**64}, 1)')), 'tuple of sizes'),
    'five dimensions': (npy(dictionary(shape='(3, 4, 1, 1, 1)')), 'more than 4 dimensions'),
    'overflow': (npy(dictionary(shape=f'({2**40}, {2**40})')), 'multiply'),
    'overflow to zero': (npy(dictionary(shape=f'({2**32}, {2**32})'), b''), 'multiply'),
    'bytes overflow': (npy(dictionary(shape=f'({2**62}, 1)')), 'multiply'),
    'complex bytes overflow': (npy(dictionary("'<c16'", shape=f'({2**60}, 1)'), b''), 'multiply'),
    'data cut short': (npy(data=bytes(47)), '47 bytes of data; its shape needs 48'),
    'data too long': (npy(data=bytes(49)), '49 bytes of data; its shape needs 48'),
}


class Npy(CliTest):
    def setUp(self):
        super().setUp()
        self.save('B.npy', np.zeros((9973, 1), 'f4'))

    def test_malformed(self):
        for name, (content, says) in MALFORMED.items():
            with self.subTest(name):
                (self.dir / 'A.npy').write_bytes(content)
                self.yoke('gemm', 'A.npy', 'B.npy', '-o', 'C.npy', status=1, says=says)
                self.yoke('conv', 'A.npy', 'B.npy', '-o', 'C.npy', status=1, says='A.npy')

    def test_not_a_file(self):
        for path, says in (('absent.npy', 'No such file'), ('.', 'Is a directory'),
                           ('/dev/zero', 'no .npy file'), ('/dev/null', 'ends after 0 bytes'),
                           ('B.npy/x', 'Not a directory'), ('x' * 5000, 'File name too long')):
            with self.subTest(path[:20]):
                self.yoke('gemm', path, 'B.npy', '-o', 'C.npy', status=1, says=says)

    def from_pipe(self, content):
        """What is said of A in a pipe whose other end stays open, and the exit status."""
        read, write = os.pipe()
        try:
            os.write(write, content)
            if len(content) < 100:
                os.close(write)
                write = -1
            done = subprocess.run([YOKE, 'gemm', '/dev/stdin', 'B.npy', '-o', 'C.npy'],
                                  cwd=self.dir, stdin=read, env=self.env, capture_output=True,
                                  text=True, timeout=30)
        finally:
            os.close(read)
            if write >= 0:
                os.close(write)
        self.assertRegex(done.stderr, r'(?m)^yoke[^\n:]*: .')
        return done.stderr, done.returncode

    def test_pipes(self):
        """Read as far as the array goes, not to the end, which may never come."""
        self.assertEqual(self.from_pipe(npy() + b'more')[1], 2)
        self.assertIn('/dev/stdin gives 3 x 4', self.from_pipe(npy() + b'more')[0])
        for content, says in ((npy()[:6], 'ends after 6 bytes, inside its header'),
                              (npy()[:40], 'inside its header of 59 bytes'),
                              (npy(data=bytes(5)), 'inside its data of 48 bytes'),
                              (b'no such file' * 20, 'no .npy file'),
                              (npy(dictionary(shape=f'({2**40}, 1)'), bytes(60)), 'GiB')):
            with self.subTest(says):
                self.assertEqual(self.from_pipe(content)[1], 1)
                self.assertIn(says, self.from_pipe(content)[0])

    def is_read(self, content):
        """Whether A is read, and only then found not to fit B: wrong usage."""
        (self.dir / 'A.npy').write_bytes(content)
        return self.run_yoke('gemm', 'A.npy', 'B.npy', '-o', 'C.npy', status=(1, 2)).returncode == 2

    def numpy_reads(self, content):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter('ignore')
                np.lib.format.read_array(io.BytesIO(content))
        except ValueError:
            return False
        return True

    def numpy_type(self, text):
        try:
            return np.dtype(text)
        except TypeError:
            return None

    def test_types_are_those_of_numpy(self):
        known = [np.dtype(c) for c in ('f4', 'f8', 'f2', 'c8', 'c16', 'i1', 'i4')]
        codes = [form for t in known for form in (t.str[1:], t.char, t.name)]
        for order in ('', '<', '=', '>', '|'):
            for code in (*codes, 'u1', 'B', '?', 'i8', 'q', 'f16', 'S4', 'int64', 'float33', ''):
                kind = self.numpy_type(order + code)
                data = bytes(12 * (kind.itemsize if kind else 4))
                data = npy(dictionary(f"'{order}{code}'"), data)
                with self.subTest(order + code):
                    self.assertEqual(self.is_read(data), kind is not None and kind in known)

    def test_headers_are_those_of_numpy(self):
        spaced = GOOD.decode().replace(' ', '').replace("'shape'", '"shape"')
        for token in "{}(),:":
            spaced = spaced.replace(token, f'\t{token}\r\n\f ')
        headers = [GOOD, b' \t' + GOOD + b' \t\n', b'\n' + GOOD, spaced.strip().encode(),
                   b"{u'descr': u'<f4', U'fortran_order': False, u\"shape\": (3, 4)}",
                   GOOD.replace(b"'", b'"'), GOOD.replace(b"'<f4'", b"'<f4\""), GOOD[:-3] + b'}',
                   GOOD.replace(b'(3, 4)', b'(3 , 4 , )'), GOOD.replace(b'(3, 4)', b'[3, 4]'),
                   GOOD.replace(b'False', b'0'), GOOD.replace(b'False', b'true'), GOOD + b'\0',
                   GOOD.replace(b', ', b',, '), GOOD.replace(b':', b'='), b'', b'{}']
        for header in headers:
            for version in ((1, 0), (2, 0), (3, 0)):
                with self.subTest(header=header, version=version):
                    content = npy(header, version=version)
                    self.assertEqual(self.is_read(content), self.numpy_reads(content))
        self.assertTrue(self.is_read(npy(GOOD.replace(b'(3, 4)', b'(3L, 4L)'))))  # of Python 2

    def test_mutations(self):
        """Bytes changed, removed and added at random: a sentence, never a signal; in pipes, too."""
        good = [npy(GOOD.ljust(117) + b'\n'), npy(GOOD, version=(3, 0)),
                npy(b'\t{\tu"descr"\r:\tu"=f4",\fu\'fortran_order\':False,"shape":(3L,\n4L,),}')]
        for seed in range(300):
            rng = np.random.default_rng(seed)
            content = bytearray(good[seed % len(good)])
            for _ in range(rng.integers(1, 6)):
                at = int(rng.integers(0, len(content)))
                content[at:at + int(rng.integers(0, 3))] = rng.bytes(int(rng.integers(0, 3)))
            (self.dir / 'A.npy').write_bytes(content)
            with self.subTest(seed=seed):
                self.yoke('gemm', 'A.npy', 'B.npy', '-o', 'C.npy', status=(1, 2), says='A.npy')
                done = subprocess.run([YOKE, 'gemm', '/dev/stdin', 'B.npy', '-o', 'C.npy'],
                                      cwd=self.dir, input=bytes(content), env=self.env,
                                      capture_output=True, timeout=30)
                self.assertIn(done.returncode, (1, 2), done.stderr)


if __name__ == '__main__':
    main(needs_device=False)
