//! The commands for running stacks.

use insta::assert_snapshot;

use super::Folder;
use crate::Exit;

impl Folder {
    /// Runs a command of these words and returns everything that it prints, with its exit code.
    fn says(&self, words: &[&str]) -> String {
        let (exit, out, err) = self.run_words(words);
        let line = words.join(" ");
        let seen = format!("$ sss-deploy {line}\n{out}--- stderr\n{err}--- exit code {}\n", exit.code());
        seen.replace(&self.0.path().display().to_string(), "FOLDER")
    }
}

#[test]
fn explain_of_texts_and_ids() {
    let folder = Folder::new();
    let seen = [
        "P8",
        "ECS-TD-010",
        "CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref \
         public.ecr.aws/shop/web:9: public.ecr.aws/shop/web:9: not found",
        "exit code 137",
        "Scaling activity initiated by (deployment ecs-svc/1)",
        "CannotPullContainerError: a reason of tomorrow",
        "a text of tomorrow",
    ];
    assert_snapshot!(seen.map(|text| folder.says(&["explain", text])).join("\n"));
}

#[test]
fn explain_needs_neither_stack_nor_account() {
    let folder = Folder::new();
    folder.write("this is no stack file");
    let (exit, out, err) = folder.run_words(&["explain", "x12", "--json"]);
    assert_eq!((exit, err.as_str()), (Exit::Done, ""));
    let answer: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((&answer["kind"], &answer["cause"]), (&"cause".into(), &"X12".into()));
    let (exit, out, _) = folder.run_words(&["explain", "--json", "a text of tomorrow"]);
    assert_eq!(exit, Exit::Failed);
    assert!(out.contains("\"kind\": \"unknown\""), "{out}");
}
