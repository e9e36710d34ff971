"""The lint finds each violation that is planted, and nothing in what is right."""

import pathlib
import subprocess
import tempfile
import unittest

import coroutines
import lint

ROOT = pathlib.Path(__file__).resolve().parents[2]


def in_coroutine(statement):
    return "awaitable<void> f() {\n    auto local = 1;\n    " + statement + "\n}\n"


class Coroutines(unittest.TestCase):
    def assert_found(self, what, *statements):
        for statement in statements:
            with self.subTest(statement):
                findings = coroutines.check(in_coroutine(statement))
                self.assertEqual(len(findings), 1, findings)
                self.assertIn(what, findings[0][1])
                self.assertGreaterEqual(findings[0][0], 3)

    def assert_clean(self, *statements):
        for statement in statements:
            with self.subTest(statement):
                self.assertEqual(coroutines.check(in_coroutine(statement)), [])

    def test_conditions(self):
        self.assert_found(
            "condition",
            "if (co_await f()) g();",
            "if (!co_await f()) { g(); }",
            "while (co_await next() != 0) { g(); }",
            "switch (co_await f()) { case 1: break; }",
            "do { g(); } while (co_await f());",
            "for (int i = 0; co_await f(i); ++i) g();",
            "if (ready && co_await f()) g();",
            "if constexpr (x) { if (co_await f()) g(); }",
            "if (auto x = co_await f(); co_await g()) h();",
            "else if (co_await f()) {}",
            "auto run = [&]() -> awaitable<void> { if (co_await f()) g(); };",
            "co_await spawn([&]() -> awaitable<void> { while (co_await f()) g(); });",
        )

    def test_conditions_that_are_right(self):
        self.assert_clean(
            "if (auto x = co_await f()) g();",
            "while (auto page = co_await query.next_page()) { use(page); }",
            "if (const auto x = co_await f()) g();",
            "for (auto& x : co_await f()) g(x);",
            "for (auto x = co_await f(); x; --x) g();",
            "const bool ok = co_await f(); if (ok) g();",
            "if (x) co_await f();",
            "// if (co_await f())\n/* while (co_await g()) */",
            'auto text = "if (co_await f())";',
            'auto raw = R"x(if (co_await f()) { )")x";',
            "if (run([]() -> awaitable<int> { co_return co_await f(); })) g();",
        )

    def test_braces(self):
        self.assert_found(
            "braces",
            'auto x = co_await get("x", {.cluster = "c"});',
            "auto x = co_await get(In{a});",
            "auto x = co_await get(std::vector<int>{1, 2});",
            "Out out{co_await f()};",
            "co_return Out{co_await f()};",
            "x = co_await f(g({1, 2}));",
            "if (x) co_await f(In{y});",
            'auto x = co_await Service::objects().get_many({"a", "b"});',
            'auto x = co_await Service::objects().get("x", {.include = {"a", "b"}});',
            'auto x = co_await Service::objects().get("x", In{cluster});',
        )

    def test_braces_that_are_right(self):
        self.assert_clean(
            'auto x = co_await Service::objects(session).get("web", {.cluster = "prod"});',
            'auto x = co_await Service::objects().using_session(s).get("web", {});',
            "In in{.a = 1}; auto x = co_await get(in);",
            "auto x = co_await get(In{}, {});",
            "{ co_await f(); }",
            "try { co_await f(); } catch (const Error& e) { g(e); }",
            "if (x) { co_await f(); } else { co_await g(); }",
            "switch (x) { case A: { co_await f(); break; } default: co_await g(); }",
            "co_await f([&] { return In{1}; });",
            "auto run = [](int n) -> awaitable<map<int, int>> { co_await f(n); };",
            "auto [a, b] = co_await f();",
            "struct Local { int a{1}; awaitable<void> g() const { co_await f(); } };",
            "std::vector<int> list{1, 2}; co_await f(list);",
            "auto x = co_await f(a[1], names[i]);",
        )

    def test_captures(self):
        self.assert_found(
            "captures by value",
            "co_await f([x] { return x; });",
            "co_await f([=] { return x; });",
            "co_await f([&, x] { return x; });",
            "co_await f([x = std::move(y)](int n) mutable { return x; });",
            "co_await [x]() -> awaitable<void> { co_return; }();",
            "co_await f([*this] { return a; });",
        )

    def test_captures_that_are_right(self):
        self.assert_clean(
            "co_await f([&] { return x; });",
            "co_await f([&x, &y = z] { return x; });",
            "co_await f([this] { return a; });",
            "co_await f([](int n) { return n; });",
            "auto g = [x] { return x; }; co_await f(g);",
        )

    def test_choices(self):
        self.assert_found(
            "conditional expression",
            "auto x = ready ? co_await f() : g();",
            "auto x = ready ? g() : co_await f();",
            "co_return ready ? co_await f() : g();",
            "use(ready ? h(co_await f()) : g());",
            "auto x = ready ? (co_await f()) : g();",
            "auto x = co_await f() ? g() : h();",
            "auto x = f(co_await g()) ? 1 : 2;",
            "auto run = [&]() -> awaitable<int> { co_return ready ? co_await f() : 1; };",
            "co_await spawn([&]() -> awaitable<int> { co_return ready ? co_await f() : 1; });",
            "auto x = ready\n        ? g()\n        : co_await f();",
        )
        self.assertEqual(len(coroutines.check(in_coroutine("auto x = a\n ? co_await f()\n : co_await g();"))), 2)

    def test_choices_that_are_right(self):
        self.assert_clean(
            "auto x = co_await f(ready ? 1 : 2);",
            "auto x = co_await (ready ? f() : g());",
            "const bool ok = co_await f(); auto x = ok ? 1 : 2;",
            "auto x = co_await f(ready ? 1 : 2), y = ready ? 1 : 2;",
            "use(ready ? 1 : 2, co_await f());",
            "auto run = ready ? f : [](int n) -> awaitable<int> { co_return co_await g(n); };",
            "// ready ? co_await f() : g()\n",
        )

    def test_marks(self):
        bad = "co_await f(In{1});"
        self.assert_clean(f"// lint: call form\n    {bad}", f"{bad}  // lint: call form, of a proxy")
        self.assertEqual(coroutines.check("// lint: file of call forms\n" + in_coroutine(bad)), [])
        self.assertEqual(len(coroutines.check(in_coroutine(f"// lint: call form\n    g();\n    {bad}"))), 1)

    def test_lines(self):
        self.assertEqual(coroutines.check("\n\n" + in_coroutine("co_await f(\n        In{1});"))[0][0], 6)

    def test_classes_and_namespaces(self):
        self.assertEqual(coroutines.check(
            "namespace a::b {\nclass X : public Y<int> {\n  public:\n    X() : a_{1}, b_{2} {}\n"
            "    awaitable<int> f() const noexcept { const int n = co_await g(); co_return n; }\n"
            "    int a_{1};\n};\n}\n"), [])
        self.assertEqual(len(coroutines.check(
            "namespace a {\nstruct X {\n    awaitable<int> f() const { co_return co_await g(In{a}); }\n};\n}\n")), 1)


class Files(unittest.TestCase):
    def findings(self, name, text):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
            subprocess.run(["git", "-C", folder, "init", "-q"], check=True)
            subprocess.run(["git", "-C", folder, "add", "-f", "."], check=True)
            return [what for _, _, what in lint.lint(root)]

    def test_includes_of_public_headers(self):
        for include in ("<boost/beast.hpp>", "<boost/json.hpp>", "<boost/asio.hpp>", "<openssl/evp.h>", "<unistd.h>",
                        '"session.hpp"', "<boost/asio/awaitable_impl.hpp>", "MACRO"):
            with self.subTest(include):
                text = f"#pragma once\n  #  include {include}\n"
                self.assertEqual(len(self.findings("include/botocraft/x.hpp", text)), 1)
                self.assertEqual(self.findings("src/x.hpp", text), [])
        for include in ("<vector>", "<boost/asio/awaitable.hpp>", "<boost/system/error_code.hpp>", "<botocraft/a.hpp>"):
            with self.subTest(include):
                self.assertEqual(self.findings("include/botocraft/x.hpp", f"#include {include}\n"), [])

    def test_paths_of_a_machine(self):
        for folder in ("home", "root", "work"):
            with self.subTest(folder):
                self.assertEqual(len(self.findings("README.md", f"see /{folder}/x\n")), 1)
        self.assertEqual(self.findings("README.md", "see docs/work/x, ~/work and $" + "{HOME}/work/x\n"), [])

    def test_generated_files(self):
        for name in ("build/x.cpp", "a/__pycache__/x.txt", "compile_commands.json", "src/x.o"):
            with self.subTest(name):
                self.assertEqual(len(self.findings(name, "")), 1)
        text = "// " + "Generated by gen from specs. Do not edit.\n"
        self.assertEqual(len(self.findings("src/x.cpp", text)), 1)
        self.assertEqual(self.findings("tests/gen/golden/x.cpp", text), [])

    def test_coroutines_of_all_folders(self):
        for folder in ("src", "tests", "examples", "include"):
            with self.subTest(folder):
                self.assertEqual(len(self.findings(f"{folder}/a/x.cpp", in_coroutine("if (co_await f()) g();"))), 1)


    def test_names_of_services(self):
        for code in ('if (service == "DynamoDB") return;', 'auto x = "s3";', "bool is_ec2_call();", "if (isSqsQueue) f();",
                     "using ::botocraft::iam::Role;"):
            with self.subTest(code):
                self.assertEqual(len(self.findings("src/runtime/x.cpp", code + "\n")), 1)
                self.assertEqual(self.findings("src/services/s3.cpp", code + "\n"), [])
        for code in ("// S3 sends blanks\n", "int events = records3;\n", "Protocol first;\n", "auto lists = systems;\n"):
            with self.subTest(code):
                self.assertEqual(self.findings("src/orm/x.cpp", code), [])
        self.assertEqual(self.findings("src/protocol/x.cpp", "case Protocol::ec2: break;\n"), [])
        self.assertEqual(len(self.findings("src/orm/x.cpp", "case Protocol::ec2: break;\n")), 1)

    def test_names_of_services_in_the_generator(self):
        for code in ('if (service == "ecs") return;', "emit_s3_object();", "if (api.isSqsQueue) f();", 'auto x = R"(iam)";'):
            for file in ("gen/x.cpp", "gen/x.hpp", "gen/resolve_models.cpp"):
                with self.subTest(f"{file}: {code}"):
                    self.assertEqual(len(self.findings(file, code + "\n")), 1)
        self.assertEqual(self.findings("gen/x.cpp", "// as of ECS\nint names = 0;\n"), [])
        self.assertEqual(self.findings("gen/x.cmake", "# botocraft_add_service(ecs)\nset(a ecs)\n"), [])

    def test_names_of_services_that_the_generator_needs(self):
        for file, code in (("smithy", 'if (name == "aws.protocols#ec2QueryName") return "ec2";'),
                           ("endpoint_rules", 'return {"AWS::S3::Accelerate", Setting::s3_accelerate};'),
                           ("endpoint_expressions", 'if (name == "aws.isVirtualHostableS3Bucket") f();'),
                           ("vocabulary", 'Word{"service", "service: elbv2", "{\\"ecs\\"}"};')):
            with self.subTest(code):
                self.assertEqual(self.findings(f"gen/{file}.cpp", code + "\n"), [])
                self.assertGreater(len(self.findings("gen/x.cpp", code + "\n")), 0)
        # No more than that in the same files.
        for file, code in (("smithy", 'f("s3");'), ("endpoint_rules", 'f("AWS::SQS::Accelerate");'), ("endpoint_rules", "f(sqs_url);"),
                           ("endpoint_expressions", 'f("aws.isSqsQueue");'), ("vocabulary", "f(ecs_words);")):
            with self.subTest(code):
                self.assertEqual(len(self.findings(f"gen/{file}.cpp", code + "\n")), 1)


class Readme(unittest.TestCase):
    def test_first_program_is_the_one_that_is_compiled(self):
        readme = (ROOT / "README.md").read_text()
        program = (ROOT / "examples" / "first_program.cpp").read_text()
        self.assertIn(f"```cpp\n{program}```\n", readme)


if __name__ == "__main__":
    unittest.main()
