//! Lines that tell nothing of a failure: downloads, progress, what passed.

use std::sync::LazyLock;

use regex::RegexSet;

static NOISE: LazyLock<RegexSet> = LazyLock::new(|| {
    RegexSet::new([
        r"^ *(?:Downloading|Downloaded|Compiling|Checking|Collecting|Fetching|Updating|Locking|Adding|Resolving|Receiving|Unpacking|Preparing|Selecting|Setting up|Installing|Using cached|Requirement already|Successfully installed|Successfully built|Pulling|Extracting|Reading package|Building dependency)\b",
        r"^(?:Get|Hit|Ign):[0-9]+ |^remote: |^\[INFO\] Download|^npm warn|^npm WARN|^added [0-9]+ packages",
        r"^ *[0-9]{1,3}(?:\.[0-9]+)?% |^ *[0-9a-f]{12}: |^ *\[?[#=>. -]{8,}\]?",
        r"^test .* \.\.\. (?:ok|ignored)|^ *[✓✔] |^ok +\S|^ok [0-9]+ |^=== (?:RUN|PAUSE|CONT)|^ *--- PASS|\bPASSED\b|^ +PASS \[|^PASS ",
        r"^\s*$",
    ])
    .unwrap_or_default()
});

/// Whether the line can be left out of an account of a failure.
pub fn is_noise(line: &str) -> bool {
    NOISE.is_match(line)
}
