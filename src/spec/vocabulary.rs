//! The words by which people name the parts of a specification, in the languages in which we have seen them.

use super::pattern::Pattern;

/// What a heading's words promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    /// Steps follow.
    Plan,
    /// Steps may follow, where no better place has them.
    Outline,
    Acceptance,
    Verification,
    OutOfScope,
    Questions,
    /// Background, notes, risks, designs: nothing in it is a step, unless no better place has steps.
    Aside,
    /// Never a place of steps: how to reproduce, an example, somebody's original brief, a parallel run of the same tasks.
    Foreign,
    Other,
}

impl Topic {
    /// Whether steps are looked for below such a heading in the first place.
    pub fn may_hold_steps(self) -> bool {
        matches!(self, Self::Plan | Self::Outline | Self::Other)
    }
}

/// The topic of a heading, from its plain words.
pub fn topic(title: &str) -> Topic {
    let words = normal(title);
    let is = |list: &[&str]| list.contains(&words.as_str());
    let has = |list: &[&str]| list.iter().any(|part| words.contains(part));
    let starts = |list: &[&str]| list.iter().any(|part| words.starts_with(part));
    let whole = title.to_lowercase();
    let settled = ["resolved", "answered", "已解决", "解決済"].iter().any(|word| whole.contains(word)) && !whole.contains("unresolved");
    if settled || is(&["clarifications"]) {
        return Topic::Aside;
    }
    if has(FOREIGN) {
        return Topic::Foreign;
    }
    if is(QUESTIONS)
        || has(&[
            "open question",
            "outstanding question",
            "unresolved question",
            "open decision",
            "decision needed",
            "decisions needed",
            "开放问题",
            "待确认",
            "未決",
        ])
    {
        return Topic::Questions;
    }
    if has(OUT_OF_SCOPE) {
        return if starts(&["goals"]) { Topic::Aside } else { Topic::OutOfScope };
    }
    if has(ACCEPTANCE) || is(&["acceptance", "verified when"]) {
        return Topic::Acceptance;
    }
    if is(PLAN) || starts(PLAN_START) || has(PLAN_CJK) {
        return Topic::Plan;
    }
    if is(VERIFICATION) || has(&["验证", "検証", "测试"]) {
        return Topic::Verification;
    }
    if is(OUTLINE) || starts(OUTLINE_START) {
        return Topic::Outline;
    }
    if !is_imperative(&words) && (is(ASIDE) || has(ASIDE_PART)) {
        return Topic::Aside;
    }
    Topic::Other
}

/// Lower case, without decoration, numbering, bracketed remarks and a colon at the end.
fn normal(title: &str) -> String {
    static NUMBER: Pattern = Pattern::new(r"^(?:\d+(?:\.\d+)*[.):、]?|[一二三四五六七八九十]+、)\s*");
    static REMARK: Pattern = Pattern::new(r"\s*[(（\[][^)）\]]*[)）\]]\s*");
    let text = title.replace(['*', '`', '_'], "").replace('’', "'").to_lowercase();
    let text = text.trim_start_matches(|char: char| !char.is_alphanumeric());
    let text = REMARK.replace_all(&NUMBER.replace_all(text, ""), " ");
    text.trim().trim_end_matches([':', '：', '.', '!', '?', ' ']).to_owned()
}

/// Whether the words name one of several options.
pub fn is_option(title: &str) -> bool {
    static OPTION: Pattern = Pattern::new(
        r"(?i)^(?:\d+(?:\.\d+)*[.)]?\s*)?(?:option|alternative|approach|choice|variant|方案|选项|選択肢|案)\s*(?:P\d+[-–])?([A-Hα-δ]|\d|[一二三四])\b",
    );
    OPTION.is_in(title.trim_start_matches(['*', '_', '`']))
}

/// Whether the words begin by telling somebody to change something.
pub fn is_imperative(words: &str) -> bool {
    let first = words.split(|char: char| !char.is_alphanumeric() && char != '-').find(|word| !word.is_empty());
    first.is_some_and(|word| IMPERATIVE.contains(&word.to_lowercase().as_str()))
}

const FOREIGN: &[&str] = &[
    "reproduc",
    "repro steps",
    "original brief",
    "original request",
    "original issue",
    "original prompt",
    "user prompt",
    "parallel",
    "example usage",
    "appendix",
    "重现",
    "复现",
    "再現",
    "self-review",
    "self review",
    "current behavior",
    "actual behavior",
    "child issues",
    "sub-issues",
    "related issues",
    "completed work",
    "execution handoff",
];
const QUESTIONS: &[&str] = &["questions", "unresolved", "unknowns", "decisions to make", "问题", "質問", "open issues"];
const OUT_OF_SCOPE: &[&str] = &[
    "out of scope",
    "out-of-scope",
    "non-goal",
    "non goal",
    "nongoal",
    "not in scope",
    "scope boundar",
    "not doing",
    "deferred",
    "will not do",
    "won't do",
    "do not include",
    "explicitly excluded",
    "not included",
    "不做",
    "范围外",
    "超出范围",
    "スコープ外",
    "対象外",
    "含まない",
    "非目标",
];
const ACCEPTANCE: &[&str] = &[
    "acceptance crit",
    "acceptance scenario",
    "acceptance test",
    "acceptance example",
    "acceptance check",
    "success criteria",
    "success metric",
    "definition of done",
    "done when",
    "exit criteria",
    "measurable outcome",
    "completion criteria",
    "done criteria",
    "validation criteria",
    "verification criteria",
    "automated verification",
    "manual verification",
    "验收",
    "受け入れ",
    "成功标准",
    "成功基準",
    "完成标准",
    "完了条件",
    "完了基準",
];
const PLAN: &[&str] = &[
    "steps",
    "implementation steps",
    "implementation plan",
    "tasks",
    "task list",
    "implementation tasks",
    "implementation units",
    "plan",
    "work items",
    "execution plan",
    "development plan",
    "todo",
    "to-do",
    "todos",
    "to do",
    "implementation phases",
    "phases",
    "subtasks",
    "tasks / subtasks",
    "tasks/subtasks",
    "task breakdown",
    "work breakdown",
    "plan of work",
    "detailed steps",
    "detailed tasks",
    "action plan",
    "units",
    "implementation",
    "implementation details",
    "work plan",
    "technical tasks",
    "development tasks",
    "任务",
    "步骤",
    "タスク",
    "手順",
];
const PLAN_START: &[&str] = &[
    "implementation plan",
    "implementation tasks",
    "implementation steps",
    "implementation units",
    "tasks:",
    "steps to implement",
    "task breakdown",
];
const PLAN_CJK: &[&str] = &[
    "实施步骤",
    "实现步骤",
    "实施计划",
    "实现计划",
    "开发计划",
    "任务列表",
    "任务清单",
    "开发清单",
    "任务分解",
    "実装計画",
    "実装手順",
    "作業手順",
    "実装タスク",
    "タスク一覧",
    "实施方案",
];
const VERIFICATION: &[&str] = &[
    "verification",
    "verify",
    "validation",
    "verification plan",
    "verification steps",
    "test plan",
    "testing",
    "tests",
    "how to test",
    "testing strategy",
    "test strategy",
    "verification commands",
    "quality gates",
    "validation commands",
    "run",
    "expected behavior",
    "expected behaviour",
];
const OUTLINE: &[&str] = &[
    "implementation strategy",
    "implementation approach",
    "migration plan",
    "rollout plan",
    "implementation checklist",
    "implementation sequence",
    "implementation order",
    "implementation roadmap",
    "roadmap",
    "milestones",
    "migration path",
    "migration steps",
    "proposed changes",
    "changes",
    "proposed fix",
    "proposed solution",
    "solution",
    "suggested fix",
    "rollout",
    "approach",
    "recommended approach",
    "what changes",
    "changes required",
    "required changes",
    "fix",
    "fixes",
];
const OUTLINE_START: &[&str] = &["implementation order", "implementation sequence", "migration plan"];
const ASIDE: &[&str] = &[
    "why",
    "what",
    "how",
    "notes",
    "note",
    "goal",
    "goals",
    "context",
    "overview",
    "summary",
    "data",
    "impact",
    "status",
    "format",
    "scope",
    "tl;dr",
    "tldr",
    "files",
    "design",
    "architecture",
    "review",
    "progress",
    "next steps",
    "deliverables",
    "story",
    "user story",
    "checklist",
    "labels",
    "priority",
    "effort",
    "details",
    "constraints",
    "capabilities",
    "interfaces",
    "api",
];
const ASIDE_PART: &[&str] = &[
    "strategy",
    "dependencies",
    "dependency",
    "execution order",
    "risk",
    "decision",
    "requirements",
    "rationale",
    "background",
    "introduction",
    "motivation",
    "problem",
    "objective",
    "current state",
    "architecture",
    "benefit",
    "tech stack",
    "references",
    "resources",
    "path conventions",
    "checklist",
    "metrics",
    "example",
    "faq",
    "glossary",
    "alternative",
    "option",
    "environment",
    "estimate",
    "timeline",
    "schedule",
    "coverage",
    "changelog",
    "history",
    "conclusion",
    "future",
    "priorit",
    "prerequisite",
    "assumption",
    "troubleshoot",
    "rollback",
    "notes",
    "dev notes",
    "agent record",
    "file structure",
    "file layout",
    "key files",
    "files to",
    "user stories",
    "findings",
    "analysis",
    "lessons",
    "summary",
    "overview",
    "约束",
    "背景",
    "目标",
    "风险",
    "顺序",
    "概述",
    "总结",
    "清单",
    "审",
    "結論",
    "概要",
    "目的",
    "設計",
    "设计",
];
const IMPERATIVE: &[&str] = &[
    "add",
    "allow",
    "apply",
    "build",
    "bump",
    "bundle",
    "cache",
    "change",
    "clean",
    "configure",
    "connect",
    "convert",
    "copy",
    "correct",
    "create",
    "define",
    "delete",
    "deprecate",
    "disable",
    "document",
    "drop",
    "emit",
    "enable",
    "enforce",
    "ensure",
    "establish",
    "expand",
    "export",
    "expose",
    "extend",
    "extract",
    "fix",
    "generate",
    "handle",
    "harden",
    "hook",
    "implement",
    "improve",
    "initialize",
    "insert",
    "install",
    "integrate",
    "introduce",
    "inject",
    "load",
    "make",
    "merge",
    "migrate",
    "modify",
    "move",
    "normalize",
    "optimize",
    "parse",
    "pass",
    "persist",
    "polish",
    "port",
    "prepare",
    "prevent",
    "provide",
    "refactor",
    "register",
    "remove",
    "rename",
    "render",
    "reorganize",
    "replace",
    "resolve",
    "restructure",
    "return",
    "reuse",
    "rework",
    "rewrite",
    "run",
    "scaffold",
    "set",
    "setup",
    "show",
    "simplify",
    "split",
    "store",
    "support",
    "swap",
    "switch",
    "teach",
    "track",
    "unify",
    "update",
    "upgrade",
    "use",
    "validate",
    "verify",
    "wire",
    "wrap",
    "write",
    "review",
    "test",
    "check",
    "delegate",
    "develop",
    "adopt",
    "align",
    "audit",
    "backfill",
    "debounce",
    "decouple",
    "deploy",
    "design",
    "consolidate",
    "centralize",
    "guard",
    "inline",
    "log",
    "publish",
    "pin",
    "read",
    "record",
    "reject",
    "require",
    "skip",
    "stop",
    "surface",
    "sync",
    "tighten",
    "trim",
    "thread",
    "confirm",
    "commit",
    "append",
    "attach",
    "backport",
    "call",
    "collect",
];
