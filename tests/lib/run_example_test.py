"""examples/run.sh, in a copy of what it needs of the project, with stand-ins for cmake and Debian's tools that write down what
they are told."""

import pathlib
import shutil
import stat
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOLS = ("bash", "cat", "chmod", "cut", "dirname", "mkdir", "mktemp", "rm", "tail")
CONFIGURE = "cmake --preset release -DBOTOCRAFT_BUILD_TESTS=OFF -DBOTOCRAFT_BUILD_EXAMPLES=ON -B build/example"
BUILD = "cmake --build build/example --target list_services"
PROGRAM = "build/example/examples/list_services"


class RunExample(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.project, self.tools, self.calls = (self.folder / name for name in ("project", "tools", "calls"))
        for file in ("examples/run.sh", "tests/lib/packages.sh"):
            (self.project / file).parent.mkdir(parents=True)
            shutil.copy(ROOT / file, self.project / file)
        self.tools.mkdir()
        for name in TOOLS:
            (self.tools / name).symlink_to(shutil.which(name))
        self.calls.touch()
        self.tool("dpkg-query", "echo -n installed")
        self.tool("apt-get", f'echo "apt-get $*" >> {self.calls}')
        self.tool("id", "echo 0")
        self.cmake()

    def tool(self, name, text):
        path = self.tools / name
        path.write_text(f"#!/bin/bash\n{text}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    def cmake(self, fails_at="nothing", prints="working", program_ends="exit 0"):
        """It makes a program that writes down its options, one in each pair of brackets."""
        self.tool("cmake", f'''echo "cmake $*" >> {self.calls}
echo "{prints}"
case " $* " in *" {fails_at} "*) exit 3 ;; esac
[ "$1" = --build ] || exit 0
mkdir -p "$(dirname {PROGRAM})"
echo '#!/bin/bash
echo "program$(printf " [%s]" "$@")" >> {self.calls}
echo a row
{program_ends}' > {PROGRAM}
chmod +x {PROGRAM}''')

    def run_example(self, *options):
        # From elsewhere: it finds the project by its own place.
        return subprocess.run([self.project / "examples/run.sh", *options], cwd=self.folder, stdin=subprocess.DEVNULL,
                              env={"PATH": str(self.tools), "TMPDIR": str(self.folder)}, capture_output=True, text=True)

    def made_calls(self):
        return self.calls.read_text().splitlines()

    def test_it_configures_and_builds_the_example_alone_and_runs_it(self):
        done = self.run_example()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.made_calls(), [CONFIGURE, BUILD, "program []"])
        self.assertEqual(done.stdout, "a row\n")  # which may be piped: progress is elsewhere
        self.assertRegex(done.stderr, r"^configuring \.\.\. \d+ s\nbuilding \.\.\. \d+ s\n$")

    def test_its_preset_and_its_target_are_there(self):
        self.assertIn('"name": "release"', (ROOT / "CMakePresets.json").read_text())
        self.assertIn("list_services", (ROOT / "examples/CMakeLists.txt").read_text())
        settings = (ROOT / "CMakeLists.txt").read_text()
        for name in ("BOTOCRAFT_BUILD_TESTS", "BOTOCRAFT_BUILD_EXAMPLES"):
            self.assertIn(f"option({name} ", settings)

    def test_options_are_handed_on_as_they_are(self):
        self.run_example("--filter", "serviceName__contains=a b", "--json", "--regions=eu-west-1,us-east-1", "")
        self.assertEqual(self.made_calls()[-1],
                         "program [--filter] [serviceName__contains=a b] [--json] [--regions=eu-west-1,us-east-1] []")

    def test_it_ends_as_the_example_does(self):
        self.cmake(program_ends="echo no such region >&2; exit 7")
        done = self.run_example("--regions", "mars-north-1")
        self.assertEqual(done.returncode, 7)
        self.assertTrue(done.stderr.endswith("no such region\n"), done.stderr)

    def test_help_needs_nothing_and_names_every_option(self):
        options = ("--endpoint-url", "--regions", "--profile", "--filter", "--order-by", "--limit", "--json", "--help")
        for asked in (["--help"], ["-h"], ["--json", "--help"]):
            with self.subTest(asked):
                done = self.run_example(*asked)
                self.assertEqual(done.returncode, 0)
                self.assertEqual(done.stderr, "")
                for option in options:
                    self.assertRegex(done.stdout, rf"(?m)^  {option} ")
        self.assertEqual(self.made_calls(), [])
        program = (ROOT / "examples/list_services.cpp").read_text()
        for option in options[:-1]:
            self.assertIn(f'name == "{option}"', program)

    def test_a_step_that_fails_is_named_with_its_last_words_and_is_the_last(self):
        for step, fails_at, calls in (("configuring", "--preset", [CONFIGURE]), ("building", "--build", [CONFIGURE, BUILD])):
            with self.subTest(step):
                self.calls.write_text("")
                self.cmake(fails_at, prints="error: no such header")
                done = self.run_example()
                self.assertEqual(done.returncode, 1)
                self.assertEqual(done.stdout, "")
                self.assertRegex(done.stderr, rf"{step} \.\.\. failed after \d+ s\. The end of build/logs/example\.log:\n"
                                              r"error: no such header\n$")
                self.assertEqual(self.made_calls(), calls)

    def test_what_is_missing_is_installed_before_anything_is_built(self):
        self.tool("dpkg-query", '[ "${@: -1}" != cmake ] && echo -n installed')
        done = self.run_example()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.made_calls(), ["apt-get install -y --no-install-recommends cmake", CONFIGURE, BUILD, "program []"])
        self.assertEqual(done.stdout, "a row\n")
        self.assertIn("Installing Debian packages", done.stderr)

    def test_nothing_is_built_where_it_cannot_be_installed(self):
        self.tool("dpkg-query", "exit 1")
        self.tool("apt-get", "exit 100")
        done = self.run_example()
        self.assertEqual(done.returncode, 1)
        self.assertIn("apt-get install --no-install-recommends", done.stderr)
        self.assertEqual(self.made_calls(), [])


if __name__ == "__main__":
    unittest.main()
