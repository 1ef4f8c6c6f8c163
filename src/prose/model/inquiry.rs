//! What a model is told that looks at a repository to say something about it, and ends with one call.

/// To an answer without a call.
pub fn only_calls(tool: &str) -> String {
    format!("Only tool calls count. Go on looking with `list`, `read` and `search`, or end with a call of `{tool}`.")
}

/// Before its last two turns.
pub fn last_turns(tool: &str) -> String {
    format!("You have looked enough: end now with a call of `{tool}`.")
}
