"""Fail when cl/embed.py makes a wrong program of files that use each other:

    kernel_parts.py EMBED
."""
import pathlib, subprocess, sys, tempfile

embed = sys.argv[1]
bad = []


def run(**uses):
    """Embed x.cl and more; what it says, and kernels.c. uses: of each file, or no field."""
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for name, used in uses.items():
            file = pathlib.Path(folder, name.replace('__', '/').replace('_', '.'))
            file.parent.mkdir(exist_ok=True)
            field = f' * Uses     {used}\n' if used else ''
            file.write_text(f'/* {file.name}\n{field} */\n')
            files.append(str(file))
        out = pathlib.Path(folder, 'kernels.c')
        done = subprocess.run([sys.executable, embed, str(out), *files], capture_output=True,
                              text=True, check=False)
        return done.returncode, done.stderr, out.read_text()


def expect_parts(want, **uses):
    code, said, text = run(**uses)
    names = [line.split('"')[1] for line in text.splitlines() if line.startswith('    { "')]
    at = [line for line in text.splitlines() if 'parts_x[]' in line]
    got = [names[int(i.split(']')[0])] for i in at[0].split('sources[')[1:]] if at else said
    if code or got != want:
        bad.append(f'{uses}: {got}, not {want}')


def expect_error(part, **uses):
    code, said, _ = run(**uses)
    if code == 0 or part not in said or 'Traceback' in said:
        bad.append(f'{uses}: status {code} and "{said}", not an error with "{part}"')


expect_parts(['x.cl'], x_cl='none', a_clh='none')
expect_parts(['a.clh', 'b.clh', 'x.cl'], x_cl='b', b_clh='a', a_clh='none')
# Each once, and before all that use it, however they are listed.
expect_parts(['a.clh', 'b.clh', 'c.clh', 'x.cl'], x_cl='b, c, a', a_clh='none', b_clh='a',
             c_clh='a, b')
expect_parts(['a.clh', 'b.clh', 'c.clh', 'x.cl'], x_cl='a, c', c_clh='b', a_clh='none', b_clh='a')
expect_parts(['abi/a.h', 'a.clh', 'x.cl'], x_cl='a', a_clh='abi/a', abi__a_h='none')
expect_error('x.cl uses "y"', x_cl='y')
expect_error('x.cl uses "y"', x_cl='y', y_cl='none')  # a kernel is in no other's program
expect_error('uses itself, by way of b.clh', x_cl='a', a_clh='b', b_clh='a')
expect_error('uses itself, by way of a.clh', x_cl='a', a_clh='a')
expect_error('a.clh: no line', x_cl='a', a_clh=None)
expect_error('have one name', x_cl='none', gemm__a_clh='none', conv__a_clh='none')
expect_error('have one name', gemm__x_cl='none', conv__x_cl='none')
sys.exit('\n'.join(bad) or 0)
