"""`yoke gemm` agrees with NumPy in float64, within the derived bound."""
import itertools, subprocess

from yoke_cli import TYPES, CliTest, YOKE, bound, main, np


def swap(array, trans):
    return np.swapaxes(array, -1, -2) if trans == 'T' else array


class Gemm(CliTest):
    def multiply(self, A, B, *options, name='f32', trans='NN', alpha=1.0, beta=0.0, C0=None):
        """Run it on files and compare; A and B as stored."""
        args = [self.save('A.npy', A), self.save('B.npy', B), '-o', 'C.npy', '--trans', trans]
        a, b = swap(A.astype('f8'), trans[0]), swap(B.astype('f8'), trans[1])
        want, size = alpha * (a @ b), abs(alpha) * (abs(a) @ abs(b))
        if alpha != 1.0:
            args += ['--alpha', alpha]
        if C0 is not None:
            args += ['--beta', beta, '--c', self.save('C0.npy', C0)]
            want, size = want + beta * C0.astype('f8'), size + abs(beta * C0.astype('f8'))
        report = self.report('gemm', *args, '--check', *options)
        self.assertIs(report['checked'], True)
        self.assertEqual(report['type'], name)
        self.assert_within('C.npy', want, bound(name, a.shape[-1], size), name)
        return report

    def test_orders_and_transpositions(self):
        M, N, K = 33, 17, 65
        for name, trans, a, b in itertools.product(self.types(), ('NN', 'NT', 'TN', 'TT'), 'CF',
                                                   'CF'):
            with self.subTest(type=name, trans=trans, orders=a + b):
                A = self.random((M, K) if trans[0] == 'N' else (K, M), name, a)
                B = self.random((K, N) if trans[1] == 'N' else (N, K), name, b)
                report = self.multiply(A, B, name=name, trans=trans)
                shape = report['shape']
                self.assertEqual((shape['M'], shape['N'], shape['K']), (M, N, K))

    def test_shapes(self):
        for M, N, K in ((1, 1, 1), (1, 97, 5), (130, 1, 3), (7, 300, 129), (129, 65, 257)):
            with self.subTest(shape=(M, N, K)):
                self.multiply(self.random((M, K)), self.random((K, N)))

    def test_alpha_and_beta(self):
        for name, order in itertools.product(self.types(), 'CF'):
            for alpha, beta in ((-1.5, 0.75), (2.0, -1.0), (0.0, 3.0), (1.0, 1.0)):
                with self.subTest(type=name, alpha=alpha, beta=beta, order=order):
                    self.multiply(self.random((20, 30), name), self.random((30, 25), name),
                                  name=name, alpha=alpha, beta=beta,
                                  C0=self.random((20, 25), name, order))

    def test_beta_of_nothing(self):
        """It may be said, and C0 is not read then, though it must fit."""
        A, B, C0 = self.random((5, 6)), self.random((6, 7)), self.random((5, 7))
        for beta in (0, '0.0', '-0', '0e9'):
            for name in ('f32', 'f64')[:len(self.types())]:
                A, B, C0 = A.astype(TYPES[name]), B.astype(TYPES[name]), C0.astype(TYPES[name])
                C0[2, 3] = np.nan
                self.multiply(A, B, '--beta', beta, '--c', self.save('C0.npy', C0), name=name)
        self.multiply(A, B, '--beta', 0, name=name)
        files = ('gemm', 'A.npy', 'B.npy', '-o', 'D.npy')
        self.yoke(*files, '--beta', 0, '--c', 'A.npy', status=2, says='A.npy is 5 x 6')
        self.yoke(*files, '--c', 'C0.npy', status=2, says='without --beta')

    def test_batches(self):
        a, b = self.random((3, 19, 23)), self.random((3, 23, 31))
        for A, B in ((a, b), (a[0], b), (a, b[0]), (np.asfortranarray(a), b),
                     (a[:1].copy('F'), b[:1])):
            with self.subTest(A=A.shape, B=B.shape, fortran=A.flags.f_contiguous):
                self.multiply(A, B)
        C0 = self.random((3, 19, 31))
        self.multiply(a, b, alpha=2.0, beta=-1.0, C0=C0)
        self.multiply(swap(a, 'T').copy(), swap(b, 'T').copy(), trans='TT')

    def test_empty(self):
        self.multiply(self.random((0, 5)), self.random((5, 3)))
        self.multiply(self.random((4, 0)), self.random((0, 3)))
        self.multiply(self.random((4, 0)), self.random((0, 3)), beta=2.0, C0=self.random((4, 3)))

    def test_batch_of_nothing(self):
        for A, B in (((0, 3, 4), (0, 4, 5)), ((0, 3, 4), (4, 5)), ((3, 4), (0, 4, 5))):
            with self.subTest(A=A, B=B):
                report = self.multiply(self.random(A), self.random(B))
                self.assertEqual(report['shape']['batch'], 0)
                self.assertEqual(report['check']['elements'], 0)
        self.multiply(self.random((0, 3, 4)), self.random((4, 5)), alpha=2.0, beta=-1.0,
                      C0=self.random((0, 3, 5)))
        self.save('b.npy', self.random((5,)))
        self.multiply(self.random((0, 3, 4)), self.random((4, 5)).copy('F'), '--act', 'relu')
        self.assertIn('gemm 0 x (3 x 5 x 4)', self.yoke('gemm', 'A.npy', 'B.npy', '-o', 'C.npy',
                                                       '--bias', 'b.npy'))

    def test_pipes(self):
        """From pipes, into pipes, and two arrays out of one."""
        A, B = self.random((33, 70)), self.random((70, 41)).copy('F')
        self.multiply(A, B)
        want = (self.dir / 'C.npy').read_bytes()
        yoke = f'{YOKE} gemm'
        for script in ('cat A.npy | {0} /dev/stdin B.npy -o D.npy',
                       '{0} /dev/stdin B.npy -o D.npy < A.npy',
                       '{{ cat A.npy; sleep 0.1; cat B.npy; }} |'
                       '{0} /dev/stdin /dev/stdin -o D.npy',
                       'mkfifo a b; cat A.npy > a & cat B.npy > b & {0} a b -o D.npy',
                       'cat A.npy | {0} /dev/stdin B.npy -o /dev/stdout |'
                       f'head -c {len(want)} > D.npy'):
            with self.subTest(script):
                (self.dir / 'D.npy').unlink(missing_ok=True)
                done = subprocess.run(['sh', '-c', script.format(yoke)], cwd=self.dir, env=self.env,
                                      capture_output=True, text=True, timeout=60)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertEqual((self.dir / 'D.npy').read_bytes(), want)

    def test_nan_stays_in_its_row(self):
        A, B = self.random((9, 8)), self.random((8, 7))
        A[4, 3] = np.nan
        args = [self.save('A.npy', A), self.save('B.npy', B), '-o', 'C.npy', '--check']
        self.assertIs(self.report('gemm', *args)['checked'], True)
        nan = np.isnan(np.load(self.dir / 'C.npy'))
        self.assertTrue(nan[4].all() and nan.sum() == 7)

    def test_formats(self):
        """Version 2.0, data at an odd address, and the output in the place of an input."""
        A, B = self.random((11, 13)), self.random((13, 5))
        self.save('B.npy', B)
        with open(self.dir / 'A.npy', 'wb') as f:
            np.lib.format.write_array(f, A, version=(2, 0))
        self.yoke('gemm', 'A.npy', 'B.npy', '-o', 'C.npy')
        header = b"{'shape': (11, 13), 'fortran_order': False, 'descr': '<f4'}   "
        self.assertEqual((10 + len(header) + 1) % 4, 1)
        (self.dir / 'odd.npy').write_bytes(b'\x93NUMPY\x01\x00' +
                                           (len(header) + 1).to_bytes(2, 'little') + header +
                                           b'\n' + A.tobytes())
        self.yoke('gemm', 'odd.npy', 'B.npy', '-o', 'B.npy', '--check')
        want, size = A.astype('f8') @ B.astype('f8'), abs(A.astype('f8')) @ abs(B.astype('f8'))
        for path in ('C.npy', 'B.npy'):
            self.assert_within(path, want, bound('f32', 13, size), 'f32')
        self.assertEqual(sorted(p.name for p in self.dir.iterdir()),
                         ['A.npy', 'B.npy', 'C.npy', 'odd.npy'])

    def test_of_a_shape(self):
        for name in self.types():
            for options in ([], ['--trans', 'TN'], ['--batch', 3, '--seed', 7],
                            ['--alpha', '-0.5', '--beta', 2], ['--repeat', 3]):
                with self.subTest(type=name, options=options):
                    report = self.report('gemm', 65, 33, 129, '--type', name, '--check', *options)
                    self.assertIs(report['checked'], True)
                    self.assertLessEqual(report['check']['worst_ratio'], 1.0)
                    self.assertEqual(report['check']['elements'],
                                     65 * 33 * report['shape']['batch'])
                    self.assertAlmostEqual(sum(d['share'] for d in report['devices']), 1.0, 6)
                    self.assertLessEqual(report['ms']['min'], report['ms']['median'])
                    self.assertGreater(report['gflops'], 0)
                    self.assertTrue(report['variant'])

    def test_tf32_is_asked_for(self):
        """By emulation where there are no matrix units: other numbers, within their own bound."""
        row = ('--variant', 'gemm_mma_64x64')
        self.assertNotIn('allow_tf32', self.report('gemm', 65, 33, 129, '--check')['shape'])
        self.told('gemm', 65, 33, 129, *row, status=1, says='gemm_mma_64x64')
        report = self.report('gemm', 65, 33, 129, '--tf32', '--check', *row, '--act', 'gelu')
        self.assertIs(report['shape']['allow_tf32'], True)
        self.assertIs(report['checked'], True)
        self.yoke('gemm', 65, 33, 129, '-o', 'full.npy')
        self.yoke('gemm', 65, 33, 129, '-o', 'tf32.npy', '--tf32', *row)
        full, tf32 = np.load(self.dir / 'full.npy'), np.load(self.dir / 'tf32.npy')
        self.assertGreater(abs(full - tf32).max(), 1e-4)
        self.assertLess(abs(full - tf32).max(), 0.129)

    def test_seed_makes_the_data(self):
        def product(seed, path):
            self.yoke('gemm', 8, 9, 10, '--seed', seed, '-o', path)
            return np.load(self.dir / path)
        self.assertTrue((product(1, 'a.npy') == product(1, 'b.npy')).all())
        self.assertFalse((product(1, 'a.npy') == product(2, 'b.npy')).all())

    def test_every_variant(self):
        told = self.told('gemm', 4, 4, 4, '--variant', 'none', status=2, says="'none'")
        names = told.split('one of: ')[1].strip().split(', ')
        for name in names:
            with self.subTest(name):
                # The last takes anything; one of the others may take nothing here.
                status = 0 if name == names[-1] else (0, 1)
                text = self.yoke('gemm', 65, 33, 129, '--variant', name, '--check', status=status)
                self.assertTrue(text == '' or name in text)

    def test_text(self):
        text = self.yoke('gemm', 65, 33, 129, '--check', '--repeat', 2)
        for part in ('65 x 33 x 129', 'f32', 'GFLOP/s', 'check passed', 'median of 2'):
            self.assertIn(part, text)


if __name__ == '__main__':
    main()
