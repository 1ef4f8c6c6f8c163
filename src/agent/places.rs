//! Where the work of a run lies on this machine.

use std::fs;
use std::path::{Path, PathBuf};

use crate::domain::{CommentId, IssueNumber, RepoName, RunId, Sha};

/// The directories of all runs.
#[derive(Debug, Clone)]
pub struct Places {
    /// Checkouts and homes: can be lost.
    pub work: PathBuf,
    /// Transcripts: are kept.
    pub transcripts: PathBuf,
}

impl Places {
    /// The checkout of a run, with what stands beside it.
    pub fn checkout(&self, run: &RunId) -> PathBuf {
        self.work.join(folder(run)).join("checkout")
    }

    /// A checkout that is only looked at, beside the one in which a step is written.
    pub fn looked_at(&self, run: &RunId) -> PathBuf {
        self.work.join(folder(run)).join("look")
    }

    /// `HOME` of the run's commands.
    pub fn home(&self, run: &RunId) -> PathBuf {
        self.work.join(folder(run)).join("home")
    }

    /// The transcript of one attempt at a step (from 0), written on top of `onto`.
    pub fn transcript(&self, run: &RunId, step: usize, attempt: u32, onto: &Sha) -> PathBuf {
        let again = if attempt > 0 { format!(".{}", attempt + 1) } else { String::new() };
        self.transcripts.join(folder(run)).join(format!("step-{:03}{again}-{}.jsonl", step + 1, onto.short()))
    }

    /// The transcript of that repair of the run (from 1) on top of `onto`, among those of the step.
    pub fn repair(&self, run: &RunId, step: usize, repair: usize, onto: &Sha) -> PathBuf {
        self.transcripts.join(folder(run)).join(format!("step-{:03}.repair-{repair:03}-{}.jsonl", step + 1, onto.short()))
    }

    /// The transcript of work on an item of a round of revising (both from 0), on top of `onto`.
    pub fn review(&self, run: &RunId, round: usize, item: usize, onto: &Sha) -> PathBuf {
        self.transcripts.join(folder(run)).join(format!("review-{:03}.{:02}-{}.jsonl", round + 1, item + 1, onto.short()))
    }

    /// The transcript of resolving the conflicts of a merge in that round (from 0), in the files of `merged`.
    pub fn merge(&self, run: &RunId, round: usize, merged: &Sha) -> PathBuf {
        self.transcripts.join(folder(run)).join(format!("merge-{:03}-{}.jsonl", round + 1, merged.short()))
    }

    /// The transcript of proposing steps for the text of that SHA-256, with the repository as it is at `base`.
    pub fn proposal(&self, run: &RunId, hash: &str, base: &Sha) -> PathBuf {
        let text = hash.get(..12).unwrap_or(hash);
        self.transcripts.join(folder(run)).join(format!("proposal-{text}-{}.jsonl", base.short()))
    }

    /// The transcript of answering a comment.
    pub fn answer(&self, run: &RunId, comment: CommentId) -> PathBuf {
        self.transcripts.join(folder(run)).join(format!("answer-{}.jsonl", comment.0))
    }

    /// The transcripts of a run, in the order of its steps and attempts.
    pub fn transcripts_of(&self, run: &RunId) -> std::io::Result<Vec<PathBuf>> {
        let mut files: Vec<PathBuf> = match fs::read_dir(self.transcripts.join(folder(run))) {
            Ok(entries) => entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(error),
        };
        files.retain(|file| file.extension().is_some_and(|end| end == "jsonl"));
        files.sort();
        Ok(files)
    }

    /// The runs that have work lying here.
    pub fn runs_with_work(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(&self.work).into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect()
    }

    /// Whether a directory of [`Places::runs_with_work`] is of a run of this issue.
    pub fn is_of(&self, directory: &Path, repo: &RepoName, issue: IssueNumber) -> bool {
        let start = folder(&RunId::new(format!("{repo}#{issue}.")));
        directory.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&start))
    }
}

/// `acme/greeter#12.1` as one name: `acme+greeter+12.1`. `+` is in no owner's and no repository's name.
fn folder(run: &RunId) -> String {
    run.as_str().replace(['/', '#'], "+")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_attempt_at_each_step_has_its_own_transcript_and_so_has_what_stands_beside_the_steps() {
        let scratch = tempfile::tempdir().unwrap();
        let places = Places { work: scratch.path().join("work"), transcripts: scratch.path().join("transcripts") };
        let run = RunId::new("acme/greeter#12.1");
        let onto: Sha = "ab".repeat(20).parse().unwrap();
        assert!(places.transcripts_of(&run).unwrap().is_empty());
        for (step, attempt) in [(1, 0), (0, 1), (0, 0)] {
            let path = places.transcript(&run, step, attempt, &onto);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let names: Vec<String> =
            places.transcripts_of(&run).unwrap().iter().map(|path| path.file_name().unwrap().to_string_lossy().into()).collect();
        assert_eq!(names, ["step-001-abababa.jsonl", "step-001.2-abababa.jsonl", "step-002-abababa.jsonl"]);
        let beside = [
            places.proposal(&run, &"1".repeat(64), &onto),
            places.proposal(&run, &"2".repeat(64), &onto),
            places.answer(&run, CommentId(7)),
            places.review(&run, 0, 1, &onto),
        ];
        let names = beside.map(|path| path.strip_prefix(&places.transcripts).unwrap().to_string_lossy().into_owned());
        assert_eq!(
            names,
            ["proposal-111111111111-abababa.jsonl", "proposal-222222222222-abababa.jsonl", "answer-7.jsonl", "review-001.02-abababa.jsonl"]
                .map(|name| format!("acme+greeter+12.1/{name}"))
        );
        fs::create_dir_all(places.checkout(&run)).unwrap();
        let with_work = places.runs_with_work();
        let of = |issue| places.is_of(&with_work[0], &"acme/greeter".parse().unwrap(), IssueNumber(issue));
        assert!(with_work.len() == 1 && of(12) && !of(1) && !of(121));
    }
}
