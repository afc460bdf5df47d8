"""yoke demo: the whole job on small synthetic images, and data files of every wrong kind.

Usage: test_demo.py YOKE [unittest arguments], with YOKE the command under test.
"""
import gzip
import json
import os
import pathlib
import random
import struct
import subprocess
import sys
import tempfile
import unittest

YOKE = sys.argv.pop(1)
SIDE, TRAIN, TEST = 9, 40, 20
NAMES = {'train-images': 'train-images-idx3-ubyte.gz', 'train-labels': 'train-labels-idx1-ubyte.gz',
         'test-images': 't10k-images-idx3-ubyte.gz', 'test-labels': 't10k-labels-idx1-ubyte.gz'}


def idx(dims, data, magic=None):
    """An uncompressed IDX file of bytes."""
    magic = 0x0800 + len(dims) if magic is None else magic
    return struct.pack(f'>{1 + len(dims)}I', magic, *dims) + bytes(data)


def make_set(seed=1):
    """Four IDX files: label c is a bright row c, under noise."""
    rng = random.Random(seed)
    files = {}
    for part, n in ('train', TRAIN), ('test', TEST):
        labels = [rng.randrange(SIDE) for _ in range(n)]
        pixels = [rng.randrange(40) + (200 if y == label else 0)
                  for label in labels for y in range(SIDE) for _ in range(SIDE)]
        files[f'{part}-images'] = idx([n, SIDE, SIDE], pixels)
        files[f'{part}-labels'] = idx([n], labels)
    return files


def png_size(data):
    """Width and height of a PNG whose chunks are whole."""
    assert data[:8] == b'\x89PNG\r\n\x1a\n', data[:8]
    at, kinds = 8, []
    while at < len(data):
        length, kind = struct.unpack('>I4s', data[at:at + 8])
        kinds.append(kind)
        at += 12 + length
    assert at == len(data) and kinds[0] == b'IHDR' and kinds[-1] == b'IEND', kinds
    return struct.unpack('>II', data[16:24])


class Demo(unittest.TestCase):
    def setUp(self):
        self.tmp = tempfile.TemporaryDirectory()
        self.addCleanup(self.tmp.cleanup)
        self.dir = pathlib.Path(self.tmp.name)
        self.sheet = self.dir / 'sheet.png'

    def run_demo(self, *args):
        return subprocess.run([YOKE, 'demo', '-o', str(self.sheet), *args], cwd=self.dir,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=600)

    def run_json(self, *args):
        done = self.run_demo('--json', *args)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def write_set(self, files, compress=gzip.compress):
        for key, data in files.items():
            (self.dir / NAMES[key]).write_bytes(compress(data))

    def rejects(self, pattern, *args):
        """Exit 1, nothing on stdout, and one sentence on stderr."""
        done = self.run_demo('--data', str(self.dir), *args)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual(done.stdout, '')
        self.assertRegex(done.stderr, rf'\Ayoke: [^\n]*{pattern}[^\n]*\n\Z')


class Synthetic(Demo):
    SMALL = '--synthetic', '--train', '700', '--test', '130'

    def test_json(self):
        got = self.run_json(*self.SMALL)
        self.assertEqual(got['schema'], 'yoke-demo/1')
        self.assertIs(got['checked'], True)
        self.assertGreater(got['accuracy'], 0.99)
        self.assertEqual(got['dataset']['train'], 700)
        self.assertEqual(got['neighbours']['shape'], {'M': 130, 'N': 700, 'K': 784})
        for part in 'products', 'neighbours', 'responses':
            self.assertGreater(got['check'][part]['elements'], 0)
            self.assertLessEqual(got['check'][part]['worst_ratio'], 1)
        for devices in got['devices'], got['filters']['devices']:
            self.assertAlmostEqual(sum(d['share'] for d in devices), 1, places=6)
        for timed in got['neighbours'], got['filters']:
            self.assertGreater(timed['ms'], 0)
            self.assertGreater(timed['gflops'], 0)
        self.assertGreater(got['neighbours']['best_alone_ms'], 0)
        self.assertIn(got['neighbours']['best_alone'], [d['id'] for d in got['devices']])

    def test_sheet_has_ten_images_and_sixteen_responses(self):
        self.run_json(*self.SMALL)
        cell, margin = 3 * 28, 6
        self.assertEqual(png_size(self.sheet.read_bytes()),
                         (margin + 17 * (cell + margin), margin + 11 * (cell + margin)))

    def test_text(self):
        done = self.run_demo(*self.SMALL)
        self.assertEqual((done.returncode, done.stderr), (0, ''))
        for word in 'Devices', '####', 'GFLOP/s', 'best alone', 'accuracy', str(self.sheet), \
                    'double precision', 'all within their bounds':
            self.assertIn(word, done.stdout)

    def test_names_that_are_no_utf8(self):
        self.sheet = self.dir / os.fsdecode(b'caf\xe9.png')
        got = self.run_json('--synthetic', '--train', '20', '--test', '10')
        self.assertEqual(got['filters']['sheet'], f'{self.dir}/caf\ufffd.png')

    def test_memory_budget_changes_tiles_not_results(self):
        wide = self.run_json(*self.SMALL)
        narrow = self.run_json(*self.SMALL, '--memory', '1')
        self.assertEqual(wide['neighbours']['tiles'], 1)
        self.assertGreater(narrow['neighbours']['tiles'], 4)
        self.assertEqual(wide['accuracy'], narrow['accuracy'])
        self.assertIs(narrow['checked'], True)

    def test_one_image_of_each(self):
        got = self.run_json('--synthetic', '--train', '1', '--test', '1')
        self.assertEqual((got['accuracy'], got['checked']), (1, True))

    def test_sheet_that_cannot_be_written(self):
        self.sheet = self.dir / 'missing' / 'sheet.png'
        done = self.run_demo('--synthetic', '--train', '20', '--test', '10', '--json')
        self.assertEqual((done.returncode, done.stdout), (1, ''))
        self.assertIn(str(self.sheet), done.stderr)

    def test_wrong_usage(self):
        for args in ['--train', '0'], ['--test', '-1'], ['--memory', '1x'], ['--memory', ''], \
                    ['--synthetic', '--data', '.'], ['--nonsense'], ['word']:
            done = self.run_demo(*args)
            self.assertEqual((done.returncode, done.stdout), (2, ''), args)
            self.assertNotEqual(done.stderr, '')


class Files(Demo):
    def test_good_files(self):
        self.write_set(make_set())
        got = self.run_json('--data', str(self.dir))
        self.assertEqual((got['accuracy'], got['checked']), (1, True))
        self.assertEqual(got['dataset']['rows'], SIDE)
        got = self.run_json('--data', str(self.dir), '--train', '30', '--test', '7')
        self.assertEqual((got['dataset']['train'], got['dataset']['test']), (30, 7))

    def test_no_files(self):
        self.rejects('install the package dataset-fashion-mnist.*--synthetic')

    def test_truncated_anywhere(self):
        whole = make_set()
        for key, data in whole.items():
            for keep in 0, 3, 4, 7, len(data) // 2, len(data) - 1:
                with self.subTest(key=key, keep=keep):
                    self.write_set({**whole, key: data[:keep]})
                    self.rejects(f'{NAMES[key]}: truncated')

    def test_truncated_gzip(self):
        for keep in 5, 40, -9, -1:
            with self.subTest(keep=keep):
                self.write_set(make_set())
                path = self.dir / NAMES['train-images']
                path.write_bytes(path.read_bytes()[:keep])
                self.rejects(NAMES['train-images'])

    def test_damaged_gzip(self):
        self.write_set(make_set())
        path = self.dir / NAMES['train-images']
        good, rng = path.read_bytes(), random.Random(2)
        for _ in range(40):
            at = rng.randrange(10, len(good) - 4)
            bad = bytearray(good)
            bad[at] ^= 1 << rng.randrange(8)
            with self.subTest(at=at):
                path.write_bytes(bad)
                self.rejects(NAMES['train-images'])

    def test_wrong_headers(self):
        big = 2**32 - 1
        cases = [('train-images', idx([TRAIN, SIDE, SIDE], b'', 0x0d03), 'magic number'),
                 ('train-labels', idx([TRAIN], b'', 0x0803), 'magic number'),
                 ('train-images', idx([big, big, big], b''), 'images of'),
                 ('train-images', idx([big, 128, 128], b''), 'items of'),
                 ('train-images', idx([TRAIN, 0, SIDE], b''), 'images of'),
                 ('train-images', idx([0, SIDE, SIDE], b''), 'items of'),
                 ('train-labels', idx([big], b''), 'items of'),
                 ('train-labels', idx([TRAIN - 1], [0] * (TRAIN - 1)), 'labels for'),
                 ('train-labels', idx([TRAIN], [10] * TRAIN), 'label 0 is 10'),
                 ('test-images', idx([TEST, SIDE, 1], [0] * SIDE * TEST), 'to compare with'),
                 ('test-labels', idx([TEST], [0] * (TEST + 1)), 'more bytes'),
                 ('test-images', b'<html>not found</html>', 'magic number')]
        for key, data, pattern in cases:
            with self.subTest(key=key, pattern=pattern):
                self.write_set({**make_set(), key: data})
                self.rejects(f'{NAMES[key]}: .*{pattern}')

    def test_more_images_than_there_are(self):
        self.write_set(make_set())
        self.rejects(f'{TRAIN} items; 1000 were asked for', '--train', '1000')

    def test_directory_in_a_files_place(self):
        self.write_set(make_set())
        (self.dir / NAMES['test-labels']).unlink()
        (self.dir / NAMES['test-labels']).mkdir()
        self.rejects(NAMES['test-labels'])


@unittest.skipUnless(os.path.isdir('/usr/share/datasets/fashion-mnist'), 'no Fashion-MNIST here')
class FashionMnist(Demo):
    def test_a_part_of_it(self):
        got = self.run_json('--train', '2000', '--test', '500')
        self.assertEqual((got['dataset']['name'], got['checked']), ('fashion-mnist', True))
        self.assertGreater(got['accuracy'], 0.7)  # 0.85 with all images; chance is 0.1


if __name__ == '__main__':
    if subprocess.run([YOKE, 'devices'], capture_output=True).returncode:
        print('no usable OpenCL device')
        sys.exit(77)
    unittest.main()
