use std::fmt::Write as _;

use expect_test::{Expect, expect};

use super::*;

fn declared(path: &str, text: &str, expected: &Expect) {
    let mut shown = String::new();
    for symbol in symbols(path, text) {
        writeln!(
            shown,
            "{:indent$}{:?} {} {}-{}: {}",
            "",
            symbol.kind,
            symbol.name,
            symbol.line,
            symbol.last_line,
            symbol.signature_line,
            indent = symbol.depth * 2
        )
        .unwrap();
    }
    expected.assert_eq(&shown);
}

fn tested(path: &str, text: &str, expected: &Expect) {
    let mut shown = String::new();
    for test in tests(path, text) {
        let empty = if test.empty { ", empty" } else { "" };
        let only = if test.only { ", only" } else { "" };
        writeln!(
            shown,
            "{} {}-{}: skipped {:?}, {} exact, {} loose{empty}{only}",
            test.name, test.line, test.last_line, test.skipped, test.exact, test.loose
        )
        .unwrap();
    }
    expected.assert_eq(&shown);
}

#[test]
fn rust_is_read() {
    let text = "pub struct A;\n\nimpl A {\n    pub fn b(&self) -> u8 {\n        1\n    }\n}\n\ntrait T { fn c(); }\n\nfn broken( {\n\n#[cfg(test)]\nmod tests {\n    #[test]\n    #[ignore]\n    fn one() { assert_eq!(a, 1); assert!(b); }\n    #[tokio::test]\n    async fn two() {}\n}\n";
    declared(
        "a.rs",
        text,
        &expect![[r#"
            Type A 1-1: pub struct A;
            Type A 3-7: impl A {
              Method b 4-6: pub fn b(&self) -> u8 {
            Interface T 9-9: trait T { fn c(); }
              Function c 9-9: trait T { fn c(); }
            Module tests 14-20: mod tests {
              Function one 17-17: fn one() { assert_eq!(a, 1); assert!(b); }
              Function two 19-19: async fn two() {}
        "#]],
    );
    tested(
        "a.rs",
        text,
        &expect![[r#"
        tests › one 17-17: skipped Always, 1 exact, 1 loose
        tests › two 19-19: skipped No, 0 exact, 0 loose, empty
    "#]],
    );
}

#[test]
fn python_is_read() {
    let text = "class A:\n    @property\n    def b(self):\n        return 1\n\ndef c(x):\n    pass\n\n@pytest.mark.skip\ndef test_d():\n    assert c(1) == 2\n\nclass TestE:\n    def test_f(self):\n        if slow:\n            pytest.skip('slow')\n        self.assertTrue(x)\n        with pytest.raises(ValueError):\n            c(2)\n    def test_g(self):\n        pass\n";
    declared(
        "a.py",
        text,
        &expect![[r#"
        Type A 1-4: class A:
          Method b 3-4: def b(self):
        Function c 6-7: def c(x):
        Function test_d 10-11: def test_d():
        Type TestE 13-21: class TestE:
          Method test_f 14-19: def test_f(self):
          Method test_g 20-21: def test_g(self):
    "#]],
    );
    tested(
        "a.py",
        text,
        &expect![[r#"
        test_d 10-11: skipped Always, 1 exact, 0 loose
        TestE › test_f 14-19: skipped Sometimes, 1 exact, 1 loose
        TestE › test_g 20-21: skipped No, 0 exact, 0 loose, empty
    "#]],
    );
}

#[test]
fn javascript_and_typescript_are_read() {
    let text = "export class A extends B {\n  c(x) { return 1 }\n}\nconst d = (x) => x\nfunction e() {}\ndescribe('f', () => {\n  it('g', () => { expect(d(1)).toBe(1); expect(d).toBeTruthy() })\n  it.skip('h', () => { expect(1).toBe(2) })\n  it.only('i', async () => {})\n  it.each([1, 2])('j %s', (n) => { assert.equal(d(n), n) })\n  xit('k', () => {})\n})\n";
    declared(
        "a.jsx",
        text,
        &expect![[r#"
            Type A 1-3: export class A extends B {
              Method c 2-2: c(x) { return 1 }
            Function d 4-4: const d = (x) => x
            Function e 5-5: function e() {}
        "#]],
    );
    tested(
        "a.jsx",
        text,
        &expect![[r#"
            f › g 7-7: skipped No, 1 exact, 1 loose
            f › h 8-8: skipped Always, 1 exact, 0 loose
            f › i 9-9: skipped No, 0 exact, 0 loose, empty, only
            f › j %s 10-10: skipped No, 1 exact, 0 loose
            f › k 11-11: skipped Always, 0 exact, 0 loose, empty
        "#]],
    );
    let text = "interface A { b(): void }\ntype C = string\nexport abstract class D<T> { abstract e(): T; private f = 1 }\nenum G { H }\nexport function i<T>(x: T): T { return x }\n";
    declared(
        "a.ts",
        text,
        &expect![[r#"
            Interface A 1-1: interface A { b(): void }
              Method b 1-1: interface A { b(): void }
            Type C 2-2: type C = string
            Type D 3-3: export abstract class D<T> { abstract e(): T; private f = 1 }
              Method e 3-3: export abstract class D<T> { abstract e(): T; private f = 1 }
            Type G 4-4: enum G { H }
            Function i 5-5: export function i<T>(x: T): T { return x }
        "#]],
    );
    declared(
        "a.tsx",
        "export const A: FC = () => <div>{b}</div>\n",
        &expect![[r#"
            Function A 1-1: export const A: FC = () => <div>{b}</div>
        "#]],
    );
}

#[test]
fn go_is_read() {
    let text = "package a\n\ntype A struct{}\n\ntype B interface {\n\tC() error\n}\n\nfunc (a *A) D(x int) error {\n\treturn nil\n}\n\nfunc TestD(t *testing.T) {\n\tt.Run(\"e\", func(t *testing.T) {\n\t\tif x != 1 {\n\t\t\tt.Errorf(\"no\")\n\t\t}\n\t\trequire.NoError(t, err)\n\t})\n}\n\nfunc TestF(t *testing.T) {\n\tt.Skip(\"later\")\n\tassert.Equal(t, 1, 2)\n}\n\nfunc TestG(t *testing.T) {}\n";
    declared(
        "a_test.go",
        text,
        &expect![[r#"
            Type A 3-3: type A struct{}
            Interface B 5-7: type B interface {
              Method C 6-6: C() error
            Method D 9-11: func (a *A) D(x int) error {
            Function TestD 13-20: func TestD(t *testing.T) {
            Function TestF 22-25: func TestF(t *testing.T) {
            Function TestG 27-27: func TestG(t *testing.T) {}
        "#]],
    );
    tested(
        "a_test.go",
        text,
        &expect![[r#"
            TestD 13-20: skipped No, 1 exact, 0 loose
            TestF 22-25: skipped Always, 1 exact, 0 loose
            TestG 27-27: skipped No, 0 exact, 0 loose, empty
        "#]],
    );
}

#[test]
fn java_is_read() {
    let text = "public class ATest {\n    interface B { void c(); }\n    @Test\n    public void d() {\n        assertEquals(1, x);\n        assertThat(y).isNotNull();\n    }\n    @Disabled(\"later\")\n    @Test void e() { fail(); }\n    @Test(expected = IllegalStateException.class) public void f() { g(); }\n    public void testH() {}\n}\n";
    declared(
        "ATest.java",
        text,
        &expect![[r#"
            Type ATest 1-12: public class ATest {
              Interface B 2-2: interface B { void c(); }
                Method c 2-2: interface B { void c(); }
              Method d 4-7: public void d() {
              Method e 9-9: @Test void e() { fail(); }
              Method f 10-10: @Test(expected = IllegalStateException.class) public void f() { g(); }
              Method testH 11-11: public void testH() {}
        "#]],
    );
    tested(
        "ATest.java",
        text,
        &expect![[r#"
        ATest › d 3-7: skipped No, 1 exact, 1 loose
        ATest › e 8-9: skipped Always, 1 exact, 0 loose
        ATest › f 10-10: skipped No, 1 exact, 0 loose
        ATest › testH 11-11: skipped No, 0 exact, 0 loose, empty
    "#]],
    );
}

#[test]
fn ruby_is_read() {
    let text = "module A\n  class B < C\n    def d(x)\n      x\n    end\n    def self.e; end\n  end\nend\n\nclass BTest < Minitest::Test\n  def test_f\n    assert_equal 1, B.new.d(1)\n    assert x\n  end\n  def test_g\n    skip 'later'\n    refute_nil x\n  end\nend\n\ndescribe B do\n  it 'has h' do\n    expect(x).to eq(1)\n  end\n  xit('has i') { expect(x).to be_nil }\n  it 'is pending'\nend\n";
    declared(
        "a_test.rb",
        text,
        &expect![[r#"
        Module A 1-8: module A
          Type B 2-7: class B < C
            Method d 3-5: def d(x)
            Method e 6-6: def self.e; end
        Type BTest 10-19: class BTest < Minitest::Test
          Method test_f 11-14: def test_f
          Method test_g 15-18: def test_g
    "#]],
    );
    tested(
        "a_test.rb",
        text,
        &expect![[r#"
        BTest › test_f 11-14: skipped No, 1 exact, 1 loose
        BTest › test_g 15-18: skipped Always, 0 exact, 1 loose
        B › has h 22-24: skipped No, 1 exact, 0 loose
        B › has i 25-25: skipped Always, 0 exact, 1 loose
        B › is pending 26-26: skipped Always, 0 exact, 0 loose
    "#]],
    );
}

#[test]
fn what_is_no_program_declares_nothing() {
    assert!(symbols("a.txt", "fn a() {}").is_empty() && tests("a.c", "int a;").is_empty());
    let long = "fn a() {}\n".repeat(200_000);
    assert!(symbols("a.rs", &long).is_empty(), "a text that is too long is not parsed");
}
