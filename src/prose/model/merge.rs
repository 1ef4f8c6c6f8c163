//! What an implementer is told of a merge that left conflicts.

/// The conflicts, after the task as it was. `branch` is the pull request's, `base` the one that is merged into it.
pub fn merge(branch: &str, base: &str, files: &[String]) -> String {
    let name = |name: &str| -> String { name.chars().filter(|c| !c.is_control() && *c != '`').take(300).collect() };
    let (branch, base) = (name(branch), name(base));
    let list: Vec<String> = files.iter().map(|file| format!("- `{}`", name(file))).collect();
    format!(
        "# Merging the base branch\n\nEvery step is built. Meanwhile others changed the base branch `{base}`, and it is being merged into the pull \
         request's branch `{branch}`. Git merged what goes together; the checkout holds the merged files. In these files it did not:\n\n{}\n\n\
         In them both sides stand between markers: what this branch has after `<<<<<<< this-branch`, what was there before both after \
         `||||||| before-both`, and what the base has after `=======`, up to `>>>>>>> base-branch`. Compare each side with what was there before, \
         so that you see what it meant to do, and write what does both. The specification still holds, and so does what others did on the base: \
         neither is undone, and no test of either is lost. Remove all markers, and change nothing else: no other file, and no line that is not \
         part of a conflict or has to follow from resolving it. If the two intentions contradict each other, ask instead of choosing.",
        list.join("\n")
    )
}
