"""Compilers: where they are, how they are called."""
import os
import pathlib
import shlex
import shutil
import subprocess
import tempfile

NAMES = {
    'clang': ['clang-15', 'clang-16', 'clang-17', 'clang-18', 'clang'],
    'ptxas': ['ptxas'],
    'nvdisasm': ['nvdisasm'],
    'ocloc': ['ocloc'],
}


class Failed(Exception):
    """A compiler did not accept a program."""


class Source:
    """The text of a program, and the name of its kernel."""

    def __init__(self, cl_dir, names):
        self.kernel = names[-1].removesuffix('.cl')
        self.text = ''
        for name in names:
            text = next(pathlib.Path(cl_dir).rglob(name)).read_text(encoding='utf-8')
            self.text += f'#line 1 "{name}"\n{text}'


def find(given):
    """name -> path or None. given: name -> what the command line says, or None."""
    found = {}
    for name, usual in NAMES.items():
        wanted = [given.get(name) or os.environ.get(f'YOKE_{name.upper()}')]
        found[name] = next(filter(None, map(shutil.which, wanted if wanted[0] else usual)), None)
    return found


def folder():
    return tempfile.TemporaryDirectory(prefix='gpu-report-')


def run(command, text=None):
    """What the command says, on both streams."""
    done = subprocess.run(command, input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, check=False)
    if done.returncode:
        raise Failed(f'{os.path.basename(command[0])}: {done.stdout.strip()}')
    return done.stdout


def clang(tool, source, options, out, triple, flags, library):
    """OpenCL C to assembly of a target, with libclc's functions linked in."""
    run([tool['clang'], '-x', 'cl', '-Xclang', '-finclude-default-header', '-target', triple, *flags,
         '-O3', '-S', '-w', '-Xclang', '-mlink-builtin-bitcode', '-Xclang',
         os.path.join(tool['libclc'], library), *shlex.split(options), '-', '-o', out], source.text)
