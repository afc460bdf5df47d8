"""`yoke conv` agrees with NumPy in float64, within the derived bound."""
import itertools

from yoke_cli import CliTest, bound, main, np


def pair(text):
    words = [int(w) for w in str(text).split('x')]
    return words * 2 if len(words) == 1 else words


def convolve(X, W, stride, pad, dilation, groups, turned):
    """X is N C H W, W is K C/groups R S; both float64."""
    (sh, sw), (ph, pw), (dh, dw) = stride, pad, dilation
    X = np.pad(X, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    W = W[:, :, ::-1, ::-1] if turned else W
    (N, C, H, Wd), (K, Cg, R, S) = X.shape, W.shape
    P, Q = (H - dh * (R - 1) - 1) // sh + 1, (Wd - dw * (S - 1) - 1) // sw + 1
    Y = np.zeros((N, K, P, Q))
    for g, r, s in itertools.product(range(groups), range(R), range(S)):
        k = slice(g * K // groups, (g + 1) * K // groups)
        x = X[:, g * Cg:(g + 1) * Cg, r * dh:r * dh + (P - 1) * sh + 1:sh,
              s * dw:s * dw + (Q - 1) * sw + 1:sw]
        Y[:, k] += np.einsum('nchw,kc->nkhw', x, W[k, :, r, s])
    return Y


ACTS = {'none': lambda x: x, 'relu': lambda x: np.maximum(x, 0),
        'clamp:-0.5,0.25': lambda x: np.clip(x, -0.5, 0.25)}


class Conv(CliTest):
    def convolve(self, x, w, name='f32', layout='nchw', stride=1, pad=0, dilation=1, groups=1,
                 turned=False, bias=False, residual=False, act='none', orders='CC'):
        """Run it on random files of these shapes (x is N C H W) and compare."""
        X, W = self.random(x, name), self.random(w, name, orders[1])
        b = self.random(w[0], name)
        stored = X if layout == 'nchw' else X.transpose(0, 2, 3, 1)
        args = [self.save('X.npy', stored.copy(orders[0])), self.save('W.npy', W), '-o', 'Y.npy',
                '--layout', layout, '--stride', stride, '--pad', pad, '--dilation', dilation,
                '--groups', groups, '--check']
        args += ['--true-convolution'] * turned
        args += ['--bias', self.save('b.npy', b)] * bias
        args += ['--act', act] * (act != 'none')

        how = pair(stride), pair(pad), pair(dilation), groups, turned
        X, W, b = X.astype('f8'), W.astype('f8'), b.astype('f8')[:, None, None] * bias
        want = convolve(X, W, *how) + b
        limit = bound(name, W[0].size + bias, convolve(abs(X), abs(W), *how) + abs(b))
        if layout == 'nhwc':
            want, limit = want.transpose(0, 2, 3, 1), limit.transpose(0, 2, 3, 1)
        if residual:
            R = self.random(want.shape, name)
            args += ['--residual', self.save('R.npy', R)]
            want, limit = want + R, limit + bound(name, W[0].size + 2, abs(R.astype('f8')))
        want = ACTS[act](want)
        report = self.report('conv', *args)
        self.assertIs(report['checked'], True)
        self.assertEqual(report['shape'].get('bias'), 'channel' if bias else None)
        self.assertEqual(report['shape'].get('residual', False), residual)
        self.assertEqual(report['shape'].get('act', 'none'), act.split(':')[0])
        self.assert_within('Y.npy', want, limit, name)
        self.assertEqual((report['shape']['P'], report['shape']['Q']),
                         want.shape[1:3] if layout == 'nhwc' else want.shape[2:])

    def test_options(self):
        """Every type, layout and sense of convolution with every kind of step."""
        steps = ({}, {'pad': 1}, {'stride': 2, 'pad': 1}, {'stride': '2x1', 'pad': '0x2'},
                 {'dilation': 2, 'pad': 2}, {'dilation': '1x2', 'stride': '1x3'})
        for name, layout, turned in itertools.product(self.types(), ('nchw', 'nhwc'),
                                                      (False, True)):
            for step in steps:
                with self.subTest(type=name, layout=layout, turned=turned, **step):
                    self.convolve((2, 3, 13, 15), (8, 3, 3, 2), name, layout, turned=turned,
                                  **step)

    def test_groups_and_bias(self):
        for layout, groups in itertools.product(('nchw', 'nhwc'), (1, 2, 6)):
            with self.subTest(layout=layout, groups=groups):
                self.convolve((2, 6, 9, 10), (12, 6 // groups, 3, 3), layout=layout, pad=1,
                              groups=groups, bias=True, turned=groups == 2)

    def test_epilogue(self):
        for layout, act, residual in itertools.product(('nchw', 'nhwc'), ACTS, (False, True)):
            with self.subTest(layout=layout, act=act, residual=residual):
                self.convolve((2, 3, 9, 17), (33, 3, 3, 2), layout=layout, pad=1, bias=residual,
                              residual=residual, act=act)

    def test_epilogue_of_a_shape(self):
        shape = ('conv', '--input', '2x3x9x10', '--filters', '8x3x3x3', '--layout', 'nhwc')
        report = self.report(*shape, '--bias', 'channel', '--act', 'gelu', '--check', '--workspace',
                             1)
        self.assertIs(report['checked'], True)
        self.assertEqual((report['shape']['bias'], report['shape']['act']), ('channel', 'gelu'))
        self.assertEqual(set(report['variant'].values()), {'conv_general'})  # takes no workspace
        self.assertIn(', nhwc + bias by channel, gelu', self.yoke(*shape, '--bias', 'channel',
                                                                  '--act', 'gelu'))
        report = self.report(*shape, '--bias', self.save('b.npy', self.random(8)), '--check')
        self.assertIs(report['checked'], True)
        for args, says in ((('--bias', self.save('w.npy', self.random(7))), 'it must be 8'),
                           (('--residual', 'b.npy'), '--residual'), (('--act', 'swish'), "'swish'"),
                           (('--workspace', 0), "--workspace is '0'")):
            self.yoke(*shape, *args, status=2, says=says)

    def test_shapes(self):
        for x, w, pad in (((1, 1, 1, 1), (1, 1, 1, 1), 0), ((3, 1, 5, 1), (2, 1, 3, 1), '1x0'),
                          ((1, 33, 7, 8), (17, 33, 1, 1), 0), ((1, 2, 3, 3), (4, 2, 5, 5), 1),
                          ((0, 2, 4, 4), (3, 2, 3, 3), 1), ((2, 16, 12, 12), (64, 16, 3, 3), 1)):
            for layout in ('nchw', 'nhwc'):
                with self.subTest(x=x, w=w, layout=layout):
                    self.convolve(x, w, pad=pad, layout=layout)

    def test_batch_of_nothing(self):
        for layout in ('nchw', 'nhwc'):
            self.convolve((0, 2, 5, 6), (3, 2, 3, 3), layout=layout, pad=1, bias=True)

    def test_fortran_order(self):
        for layout, orders in itertools.product(('nchw', 'nhwc'), ('CF', 'FC', 'FF')):
            with self.subTest(layout=layout, orders=orders):
                self.convolve((2, 3, 6, 7), (5, 3, 3, 2), layout=layout, orders=orders)

    def test_of_a_shape(self):
        for layout in ('nchw', 'nhwc'):
            report = self.report('conv', '--input', '2x3x33x35', '--filters', '8x3x3x3', '--pad', 1,
                                 '--layout', layout, '--check', '--repeat', 2)
            self.assertIs(report['checked'], True)
            self.assertEqual(report['check']['elements'], 2 * 8 * 33 * 35)
            self.assertEqual(report['shape']['layout'], layout)
            self.assertTrue(report['variant'])
        text = self.yoke('conv', '--input', '2x3x33x35', '--filters', '8x3x3x3', '--check')
        for part in ('2 x 3 x 33 x 35', '8 filters 3 x 3', 'GFLOP/s', 'check passed'):
            self.assertIn(part, text)


if __name__ == '__main__':
    main()
