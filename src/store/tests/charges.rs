use super::*;
use crate::domain::{RunId, Spent, Usage};

fn row(name: &str, repo: &str, at: i64, step: usize) -> ChargeRow {
    let usage = Usage { input: 100, cached: 40, cache_written: 10, output: 7 };
    let spent = Spent { turns: 1, usage, micro_dollars: 900, unpriced_turns: 0, millis: 50 };
    let run = RunId::new(format!("{repo}#7.1"));
    ChargeRow { name: name.into(), at: Timestamp(at), repo: repo.parse().unwrap(), run, step, model: "m".into(), spent }
}

#[tokio::test]
async fn a_turn_is_booked_once_and_summed_for_step_run_repository_and_day() {
    let place = Place::new();
    let store = place.open().await;
    let widgets = "octo/widgets".parse().unwrap();
    let run = RunId::new("octo/widgets#7.1");
    assert_eq!(store.spent_since(Timestamp(0)).await.unwrap(), Spent::default());
    for (name, repo, at, step, new) in [
        ("a", "octo/widgets", 1000, 0, true),
        ("a", "octo/widgets", 1000, 0, false),
        ("b", "octo/widgets", 2000, 1, true),
        ("c", "octo/other", 3000, 0, true),
    ] {
        assert_eq!(store.charge(&row(name, repo, at, step)).await.unwrap(), new, "{name}");
    }
    let turns = |spent: Spent| (spent.turns, spent.usage.total(), spent.micro_dollars);
    assert_eq!(turns(store.spent_by_step(&run, 0).await.unwrap()), (1, 107, 900));
    assert_eq!(turns(store.spent_by_run(&run).await.unwrap()), (2, 214, 1800));
    assert_eq!(turns(store.spent_by_repository(&widgets, Timestamp(1500)).await.unwrap()), (1, 107, 900));
    assert_eq!(turns(store.spent_since(Timestamp(0)).await.unwrap()), (3, 321, 2700));
}
