//! How orders and questions to the bot are read out of comments.

use crate::workflow::command::{self, Fault, Order, Said};

fn orders(comment: &str) -> Vec<Order> {
    command::said(comment, "journeyman").orders
}

#[test]
fn orders_stand_on_a_line_of_their_own_outside_quotations_and_code() {
    assert_eq!(orders("/journeyman stop"), [Order::Stop]);
    assert_eq!(orders("Hm.\n  /Journeyman Retry please"), [Order::Retry { step: None }]);
    for none in [
        "> /journeyman stop",
        "```\n/journeyman stop\n```",
        "~~~~\n```\n/journeyman stop\n~~~\n/journeyman stop\n~~~~",
        "```\n/journeyman stop",
        "    /journeyman stop",
        "\t/journeyman stop",
        "please /journeyman stop",
        "`/journeyman stop`",
        "<!--\n/journeyman stop\n-->",
        "On Monday, Ada wrote:\n> /journeyman stop",
        "/journeymanstop",
    ] {
        assert_eq!(orders(none), [], "{none:?}");
    }
    assert_eq!(orders("````\n```\n````\n/journeyman stop\r\n/journeyman status"), [Order::Stop, Order::Status]);
}

#[test]
fn every_order_has_its_words() {
    let step = |step: &str| step.to_owned();
    for (said, order) in [
        ("help", Order::Help),
        ("Status?", Order::Status),
        ("approve", Order::Approve { plan: None }),
        ("approve 2", Order::Approve { plan: Some(2) }),
        ("approve plan 2", Order::Approve { plan: Some(2) }),
        ("please proceed, thanks!", Order::Proceed),
        ("retry", Order::Retry { step: None }),
        ("retry, the network was down", Order::Retry { step: None }),
        ("retry step 3", Order::Retry { step: Some(step("3")) }),
        ("retry 1.2", Order::Retry { step: Some(step("1.2")) }),
        ("retry Step #T004.", Order::Retry { step: Some(step("T004")) }),
        ("stop because of #12", Order::Stop),
        ("RESUME", Order::Resume),
        ("rebuild step 2", Order::Rebuild { step: step("2") }),
        ("rebuild 2", Order::Rebuild { step: step("2") }),
        ("rebuild", Order::Wrong { order: "rebuild", fault: Fault::NoStep }),
        ("rebuild everything", Order::Wrong { order: "rebuild", fault: Fault::NoStep }),
        ("retry step", Order::Wrong { order: "retry", fault: Fault::NoStep }),
        ("retry step please", Order::Wrong { order: "retry", fault: Fault::NoStep }),
        ("approve step 2", Order::Wrong { order: "approve", fault: Fault::TooMuch(step("step 2")) }),
        ("rety", Order::Unknown { said: step("rety"), nearest: Some("retry") }),
        ("sotp", Order::Unknown { said: step("sotp"), nearest: Some("stop") }),
        ("continue", Order::Unknown { said: step("continue"), nearest: None }),
        ("dance", Order::Unknown { said: step("dance"), nearest: None }),
        ("", Order::Unknown { said: String::new(), nearest: None }),
    ] {
        assert_eq!(orders(&format!("/journeyman {said}")), [order], "{said:?}");
    }
    let slip = Order::Unknown { said: "/jorneyman retry".into(), nearest: Some("retry") };
    assert_eq!(orders("/jorneyman retry"), [slip]);
    assert_eq!(orders("/home/ada stop"), []);
}

#[test]
fn a_mention_orders_only_where_nothing_else_is_said() {
    for (said, order) in [
        ("@journeyman retry", Order::Retry { step: None }),
        ("@Journeyman[bot], please stop!", Order::Stop),
        ("@journeyman: rebuild step 2", Order::Rebuild { step: "2".into() }),
        ("@journeyman", Order::Help),
    ] {
        assert_eq!(command::said(said, "journeyman"), Said { orders: vec![order], ..Said::default() }, "{said:?}");
    }
    for asked in ["@journeyman why is step 2 red?", "@journeyman stop guessing the port", "Hey @journeyman, is it\ndone?"] {
        let said = command::said(&format!("Before.\n\n{asked}\n\nAfter."), "journeyman");
        assert_eq!((said.orders, said.questions), (Vec::new(), vec![asked.to_owned()]));
    }
    for none in
        ["@journeyman-ci retry", "a@journeyman why?", "`@journeyman` why?", "> @journeyman why?", "@ada why?", "```\n@journeyman why?\n```"]
    {
        assert_eq!(command::said(none, "journeyman"), Said { rest: none.into(), ..Said::default() }, "{none:?}");
    }
    assert_eq!(command::said("@ why?", "").questions, Vec::<String>::new());
}

#[test]
fn what_is_neither_order_nor_question_is_left_for_the_answers() {
    let said = command::said("2: yes\n/journeyman proceed\n\n@journeyman what is left?\n\n3: no", "journeyman");
    assert_eq!(said.orders, [Order::Proceed]);
    assert_eq!(said.rest, "2: yes\n\n\n\n\n3: no");
}
