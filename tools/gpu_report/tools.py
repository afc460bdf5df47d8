"""Compilers: where they are, how they are called."""
import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / 'cl'))
import embed  # noqa: E402

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

    def __init__(self, kernel, parts):
        self.kernel = kernel
        self.text = ''.join(f'#line 1 "{embed.name_of(part)}"\n{part.read_text(encoding="utf-8")}'
                            for part in parts)


def programs(cl_dir):
    """kernel -> the files of its program, in order."""
    return embed.programs(embed.files_in(cl_dir))


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
