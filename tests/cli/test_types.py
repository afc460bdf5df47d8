"""`yoke gemm` on files of every type, bias, residual and activation, against plain Python.

Whole numbers, so that there is one right answer. No NumPy here.
"""
import ast, itertools, math, random, struct

from yoke_cli import CliTest, main

# type: its NumPy name, and struct's letter for a number of it
TYPES = {'f32': ('<f4', 'f'), 'f64': ('<f8', 'd'), 'f16': ('<f2', 'e'), 'c64': ('<c8', 'f'),
         'c128': ('<c16', 'd'), 's8': ('|i1', 'b'), 's32': ('<i4', 'i')}
M, N, K = 5, 7, 9


def is_complex(name):
    return name[0] == 'c'


def result_of(name):
    return 's32' if name == 's8' else name


def matrix(rows, cols, of):
    return [[of(i, j) for j in range(cols)] for i in range(rows)]


class Types(CliTest):
    def setUp(self):
        super().setUp()
        self.random = random.Random(20)

    def names(self):
        """The types that some device here has, and a .npy file."""
        fp64 = self.has_fp64()
        return [t for t in TYPES if t != 's32' and (fp64 or t not in ('f64', 'c128'))]

    def number(self, name):
        x = self.random.randint(-4, 4)
        return complex(x, self.random.randint(-4, 4)) if is_complex(name) else x

    def numbers(self, name, *shape):
        return matrix(*shape, lambda i, j: self.number(name))

    def write(self, path, name, array, fortran=False):
        """A vector or a matrix."""
        descr, letter = TYPES[name]
        rows = array if isinstance(array[0], list) else [array]
        shape = (len(rows), len(rows[0])) if rows is array else (len(array),)
        numbers = [x for row in (zip(*rows) if fortran else rows) for x in row]
        if is_complex(name):
            numbers = [part for x in numbers for part in (complex(x).real, complex(x).imag)]
        header = repr({'descr': descr, 'fortran_order': fortran, 'shape': shape}).encode() + b'\n'
        (self.dir / path).write_bytes(b'\x93NUMPY\x01\x00' + struct.pack('<H', len(header)) + header
                                      + struct.pack(f'<{len(numbers)}{letter}', *numbers))
        return path

    def read(self, path, name):
        data = (self.dir / path).read_bytes()
        n = struct.unpack('<H', data[8:10])[0]
        header = ast.literal_eval(data[10:10 + n].decode())
        descr, letter = TYPES[name]
        self.assertEqual((header['descr'], header['fortran_order']), (descr, False))
        numbers = [x for x, in struct.iter_unpack('<' + letter, data[10 + n:])]
        if is_complex(name):
            numbers = [complex(*numbers[i:i + 2]) for i in range(0, len(numbers), 2)]
        rows, cols = header['shape']
        return [numbers[i * cols:(i + 1) * cols] for i in range(rows)]

    def multiply(self, name, *options, add=None, act=lambda x: x, alpha=1, trans='NN', fortran=False):
        """add(i, j): what is added to each element."""
        A, B = self.numbers(name, M, K), self.numbers(name, K, N)
        a = [list(row) for row in zip(*A)] if trans[0] == 'T' else A
        b = [list(row) for row in zip(*B)] if trans[1] == 'T' else B
        report = self.report('gemm', self.write('A.npy', name, a, fortran),
                             self.write('B.npy', name, b), '-o', 'C.npy', '--check', '--trans',
                             trans, '--alpha', alpha, *options)
        self.assertEqual((report['type'], report['checked']), (name, True))
        want = matrix(M, N, lambda i, j: act(alpha * sum(A[i][k] * B[k][j] for k in range(K)) +
                                             (add(i, j) if add else 0)))
        return self.read('C.npy', result_of(name)), want, report

    def test_products(self):
        for name, trans, fortran in itertools.product(self.names(), ('NN', 'TT'), (False, True)):
            with self.subTest(type=name, trans=trans, fortran=fortran):
                got, want, _ = self.multiply(name, trans=trans, fortran=fortran, alpha=-2)
                self.assertEqual(got, want)

    def test_everything_added(self):
        for name in self.names():
            result = result_of(name)
            C0, R = self.numbers(result, M, N), self.numbers(result, M, N)
            self.write('C0.npy', result, C0)
            self.write('R.npy', result, R, fortran=True)
            for side, length in (('row', M), ('column', N)):
                bias = self.numbers(result, 1, length)[0]
                self.write('b.npy', result, bias)
                options = ['--beta', 3, '--c', 'C0.npy', '--residual', 'R.npy', '--bias', 'b.npy']
                if side == 'row':  # column is what is left out
                    options += ['--bias-by', 'row']
                add = lambda i, j: 3 * C0[i][j] + R[i][j] + bias[i if side == 'row' else j]
                for act, f in (('none', lambda x: x), ('relu', lambda x: max(x, 0)),
                               ('clamp:-7,20', lambda x: min(max(x, -7), 20))):
                    if act != 'none' and is_complex(name):
                        continue
                    with self.subTest(type=name, side=side, act=act):
                        got, want, report = self.multiply(name, *options, '--act', act, add=add,
                                                          act=f)
                        self.assertEqual(got, want)
                        self.assertEqual((report['shape']['bias'], report['shape']['residual']),
                                         (side, True))
                        self.assertEqual(report['shape'].get('act', 'none'), act.split(':')[0])

    def test_curves(self):
        bias = [j / 4 - 1 for j in range(N)]
        for name, error in (('f32', 2**-18), ('f16', 2**-8)):
            self.write('b.npy', name, bias)
            for act, f in (('sigmoid', lambda x: 1 / (1 + math.exp(-x))), ('tanh', math.tanh),
                           ('gelu', lambda x: x * (1 + math.erf(x / 2**0.5)) / 2)):
                with self.subTest(type=name, act=act):
                    got, want, _ = self.multiply(name, '--bias', 'b.npy', '--act', act, alpha=0.0625,
                                                 add=lambda i, j: bias[j], act=f)
                    for x, y in zip(sum(got, []), sum(want, [])):
                        self.assertLessEqual(abs(x - y), error * max(abs(y), 1))

    def test_of_a_shape(self):
        acts = {'s8': 'clamp:-900.5,1e5', 'c64': 'none', 'c128': 'none'}
        for name in self.names() + ['bf16']:
            for side in ('row', 'column'):
                with self.subTest(type=name, bias=side):
                    report = self.report('gemm', 17, 33, 9, '--type', name, '--check', '--bias', side,
                                         '--act', acts.get(name, 'gelu'), '--beta', 2, '--batch', 2)
                    self.assertEqual((report['type'], report['checked']), (name, True))
                    self.assertEqual(report['check']['elements'], 2 * 17 * 33)
                    self.assertGreater(report['gflops'], 0)
        text = self.yoke('gemm', 8, 8, 8, '--type', 'f16', '--bias', 'row', '--act', 'clamp:0,1')
        self.assertIn('(8 x 8 x 8) NN + bias by row, clamp, f16', text)

    def test_refused(self):
        self.write('h.npy', 'f16', self.numbers('f16', 4, 4))
        self.write('c.npy', 'c64', self.numbers('c64', 4, 4))
        self.write('b.npy', 's8', self.numbers('s8', 4, 4))
        self.write('i.npy', 's32', self.numbers('s32', 4, 4))
        self.write('v.npy', 's32', self.numbers('s32', 1, 5)[0])
        self.write('w.npy', 's32', self.numbers('s32', 4, 3))
        shape = ('gemm', 4, 4, 4)
        files = ('gemm', 'b.npy', 'b.npy', '-o', 'C.npy')
        for args, says in (
                (('gemm', 'i.npy', 'i.npy', '-o', 'C.npy'), 'i.npy holds s32'),
                (('gemm', 'h.npy', 'c.npy', '-o', 'C.npy'), 'c.npy holds c64, not f16'),
                (('conv', 'h.npy', 'h.npy', '-o', 'C.npy'), 'h.npy holds f16'),
                ((*files, '--beta', 1, '--c', 'b.npy'), 'results of s8 are s32'),
                ((*files, '--bias', 'v.npy'), 'it must be 4, one number for each column'),
                ((*files, '--bias', 'i.npy', '--bias-by', 'row'), 'one number for each row'),
                ((*files, '--bias', 'h.npy'), 'h.npy holds f16'),
                ((*files, '--residual', 'w.npy'), 'w.npy is 4 x 3; the result is 4 x 4'),
                ((*files, '--residual', 'b.npy'), 'b.npy holds s8'),
                ((*files, '--bias-by', 'row'), 'without --bias'),
                ((*files, '--bias', 'v.npy', '--bias-by', 'matrix'), "'matrix'"),
                ((*files, '--alpha', 0.5), 'alpha is 0.5'),
                ((*files, '--act', 'gelu'), 'only RELU and CLAMP'),
                ((*shape, '--type', 's32'), "'s32'"),
                ((*shape, '--type', 'bf16', '-o', 'C.npy'), 'NumPy has no type'),
                ((*shape, '--type', 'c64', '--act', 'relu'), 'activation of type c64'),
                ((*shape, '--type', 'bf16', '--alpha', 1e39), 'with bf16 it must be at most'),
                ((*shape, '--bias', 'v.npy'), "'v.npy'"),
                ((*shape, '--bias', 'row', '--bias-by', 'row'), '--bias-by'),
                ((*shape, '--residual', 'w.npy'), '--residual'),
                ((*shape, '--act', 'swish'), "'swish'"),
                ((*shape, '--act', 'clamp:1'), 'LO,HI'), ((*shape, '--act', 'clamp:2,1'), 'LO,HI'),
                ((*shape, '--act', 'clamp:0,inf'), 'LO,HI'),
                ((*shape, '--act', 'clamp:0,1,2'), 'LO,HI'),
                (('conv', '--input', '1x1x4x4', '--filters', '1x1x3x3', '--type', 'f16'), "'f16'")):
            with self.subTest(args=args):
                self.yoke(*args, status=2, says=says)
        self.yoke('gemm', 'b.npy', 'b.npy', '-o', 'C.npy', '--bias', 'none.npy', status=1,
                  says='none.npy')
        self.assertFalse((self.dir / 'C.npy').exists())


if __name__ == '__main__':
    main(needs_numpy=False)
