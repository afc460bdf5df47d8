"""A malformed .npy file gets exit status 1 and a sentence naming it; no file crashes the command.

No test here opens a device: B never fits A.
"""
import os

from yoke_cli import CliTest, main, np

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
    'version 3': (npy(version=(3, 0)), 'format 3.0'),
    'version 1.9': (npy(version=(1, 9)), 'format 1.9'),
    'header past the end': (npy(length=5000), 'header of 5000 bytes'),
    'huge header': (npy(version=(2, 0), length=2**32 - 1), 'header of 4294967295 bytes'),
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
        os.mkfifo(self.dir / 'fifo')
        for path, says in (('absent.npy', 'No such file'), ('.', 'not a regular file'),
                           ('fifo', 'not a regular file'), ('/dev/zero', 'not a regular file'),
                           ('B.npy/x', 'Not a directory'), ('x' * 5000, 'File name too long')):
            with self.subTest(path[:20]):
                self.yoke('gemm', path, 'B.npy', '-o', 'C.npy', status=1, says=says)

    def test_mutations(self):
        """Bytes changed, removed and added at random: a sentence, never a signal."""
        good = npy(GOOD.ljust(117) + b'\n')
        for seed in range(200):
            rng = np.random.default_rng(seed)
            content = bytearray(good)
            for _ in range(rng.integers(1, 6)):
                at = int(rng.integers(0, len(content)))
                content[at:at + int(rng.integers(0, 3))] = rng.bytes(int(rng.integers(0, 3)))
            (self.dir / 'A.npy').write_bytes(content)
            with self.subTest(seed=seed):
                self.yoke('gemm', 'A.npy', 'B.npy', '-o', 'C.npy', status=(1, 2), says='A.npy')


if __name__ == '__main__':
    main(needs_device=False)
