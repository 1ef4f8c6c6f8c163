//! How much an assertion says.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strength {
    /// What something is.
    Exact,
    /// Something about it.
    Loose,
    /// That what the test needed could be had (`NoError`): one less is often another way of preparing it.
    Prepared,
    /// Nothing: it holds whatever the program does.
    Nothing,
}

/// Parts of an assertion's name that say little of a value.
const LOOSE: [&str; 22] = [
    "true",
    "false",
    "notnull",
    "null",
    "none",
    "nil",
    "defined",
    "truthy",
    "falsy",
    "empty",
    "instance",
    "kind",
    "contain",
    "include",
    "greater",
    "less",
    "match_array",
    "respond",
    "notequal",
    "not_equal",
    "predicate",
    "any",
];

/// Of an assertion by its name: `assertEquals`, `toBeTruthy`, `refute_nil`.
pub fn of_name(name: &str) -> Strength {
    let low = name.to_lowercase().replace('_', "");
    if ["noerror", "notraised", "notpanics", "notthrow", "doesnotthrow", "ifnoerror"].iter().any(|part| low.contains(part)) {
        return Strength::Prepared;
    }
    let says_little = LOOSE.iter().any(|part| low.contains(&part.replace('_', "")));
    if says_little || ["assert", "ok", "refute"].contains(&low.as_str()) { Strength::Loose } else { Strength::Exact }
}

/// Of a condition that is asserted: a comparison says what something is.
pub fn of_condition(condition: &str) -> Strength {
    let condition = condition.trim();
    let literal = [
        "true",
        "True",
        "1",
        "\"\"",
        "!false",
        "not False",
        "1 == 1",
        "true == true",
        "True == True",
        "true, true",
        "1, 1",
        "true is true",
    ];
    if literal.contains(&condition) || condition.ends_with("|| true") {
        Strength::Nothing
    } else if ["==", "!=", " is ", "matches!", "===", ".equals(", " in ", ".eql"].iter().any(|sign| condition.contains(sign))
        && !["is not None", "!= nil", "!= null", "is not null", "!== undefined", "!== null", "!= None"]
            .iter()
            .any(|sign| condition.contains(sign))
    {
        Strength::Exact
    } else {
        Strength::Loose
    }
}

/// Whether two arguments are one and the same text.
pub fn compares_itself(arguments: &[&str]) -> bool {
    matches!(arguments, [one, other, ..] if one == other)
}
