//! The App itself: installations, tokens, its deliveries, its rate limit.

use serde_json::{Value, json};

use super::super::answer::{Answer, Answered};
use super::super::auth::{Token, reaches};
use super::super::permissions::{Level, Need, Permissions};
use super::super::state::At;
use super::super::webhooks::{self, Delivery, Outgoing};
use super::super::{shapes, time};
use super::{Call, Route, rate, route};

pub(super) const ROUTES: &[Route] = &[
    route("GET", "/app", Need::App, app),
    route("GET", "/app/installations", Need::App, installations),
    route("GET", "/app/installations/{installation_id}", Need::App, installation),
    route("POST", "/app/installations/{installation_id}/access_tokens", Need::App, create_token),
    route("GET", "/app/hook/deliveries", Need::App, deliveries),
    route("GET", "/app/hook/deliveries/{delivery_id}", Need::App, delivery),
    route("POST", "/app/hook/deliveries/{delivery_id}/attempts", Need::App, redeliver),
    route("GET", "/repos/{owner}/{repo}/installation", Need::App, repository_installation),
    route("GET", "/installation/repositories", Need::Installation, repositories),
    route("DELETE", "/installation/token", Need::Installation, revoke),
    route("GET", "/rate_limit", Need::Installation, rate_limit),
];

fn app(call: &mut Call<'_>) -> Answered {
    let mut shape = shapes::app(call.state);
    shape["installations_count"] = json!(call.state.installations.len());
    Ok(Answer::ok(shape))
}

fn installations(call: &mut Call<'_>) -> Answered {
    let all: Vec<Value> = call.state.installations.iter().map(|i| shapes::installation(call.state, i)).collect();
    Ok(call.page(all, |page, _| Value::Array(page)))
}

fn installation(call: &mut Call<'_>) -> Answered {
    let id = call.number("installation_id")?;
    let found = call.state.installations.iter().find(|i| i.id == id).ok_or_else(Answer::not_found)?;
    Ok(Answer::ok(shapes::installation(call.state, found)))
}

fn repository_installation(call: &mut Call<'_>) -> Answered {
    let owner = &call.state.repo(call.at()?).owner;
    let found = call.state.installation_on(owner).ok_or_else(Answer::not_found)?;
    Ok(Answer::ok(shapes::installation(call.state, found)))
}

fn create_token(call: &mut Call<'_>) -> Answered {
    let id = call.number("installation_id")?;
    let account = call.state.installations.iter().find(|i| i.id == id).map(|i| i.account.clone()).ok_or_else(Answer::not_found)?;
    let mine = |at: &At| call.state.repo(*at).owner == account;
    let all: Vec<At> = (0..call.state.repositories.len()).map(At).filter(mine).collect();
    let refused = "There is at least one repository that does not exist or is not accessible to the parent installation.";
    let find = |wanted: &dyn Fn(&At) -> bool| all.iter().find(|at| wanted(at)).copied().ok_or_else(|| Answer::unprocessable(refused));
    let mut narrowed: Option<Vec<At>> = None;
    for name in call.body.get("repositories").and_then(Value::as_array).into_iter().flatten() {
        let name = name.as_str().unwrap_or_default();
        narrowed.get_or_insert_default().push(find(&|at| call.state.repo(*at).name.eq_ignore_ascii_case(name))?);
    }
    for id in call.body.get("repository_ids").and_then(Value::as_array).into_iter().flatten() {
        narrowed.get_or_insert_default().push(find(&|at| Some(call.state.repo(*at).id) == id.as_u64())?);
    }
    let granted = &call.state.manifest.default_permissions;
    let mut permissions = granted.clone();
    if let Some(asked) = call.body.get("permissions").and_then(Value::as_object) {
        permissions = Permissions::new();
        for (name, level) in asked {
            let level = level.as_str().and_then(Level::from_word);
            let Some(level) = level.filter(|level| granted.get(name).is_some_and(|has| has >= level)) else {
                return Err(Answer::unprocessable("The permissions requested are not granted to this installation."));
            };
            permissions.insert(name.clone(), level);
        }
        permissions.insert("metadata".into(), Level::Read);
    }
    let text = format!("ghs_{}{}", uuid::Uuid::new_v4().simple(), &uuid::Uuid::new_v4().simple().to_string()[..4]);
    let expires_at = time::now().plus_seconds(3600);
    let mut body = json!({
        "token": text,
        "expires_at": time::rfc3339(expires_at),
        "permissions": permissions.iter().map(|(name, level)| (name.clone(), json!(level.word()))).collect::<Value>(),
        "repository_selection": if narrowed.is_some() { "selected" } else { "all" }
    });
    if let Some(narrowed) = &narrowed {
        body["repositories"] = narrowed.iter().map(|at| shapes::repository(call.state, call.state.repo(*at))).collect();
    }
    call.state.tokens.insert(text, Token { installation: id, permissions, repositories: narrowed, expires_at, revoked: false });
    Ok(Answer::created(body))
}

fn revoke(call: &mut Call<'_>) -> Answered {
    let held = call.token.clone().ok_or_else(Answer::not_found)?;
    for token in call.state.tokens.values_mut() {
        if token.installation == held.installation && token.expires_at == held.expires_at && token.repositories == held.repositories {
            token.revoked = true;
        }
    }
    Ok(Answer::empty(204))
}

fn repositories(call: &mut Call<'_>) -> Answered {
    let token = call.token.clone().ok_or_else(Answer::not_found)?;
    let seen = (0..call.state.repositories.len()).map(At).filter(|at| reaches(call.state, &token, *at));
    let all: Vec<Value> = seen.map(|at| shapes::repository(call.state, call.state.repo(at))).collect();
    let selection = if token.repositories.is_some() { "selected" } else { "all" };
    Ok(call.page(all, |page, total| json!({ "total_count": total, "repository_selection": selection, "repositories": page })))
}

fn rate_limit(call: &mut Call<'_>) -> Answered {
    let [limit, remaining, reset, used, _] = rate(call.state).map(|(_, value)| value.parse::<u64>().unwrap_or(0));
    let one = json!({ "limit": limit, "remaining": remaining, "reset": reset, "used": used });
    let resources = json!({ "core": one, "search": { "limit": 30, "remaining": 30, "reset": reset, "used": 0 }, "graphql": one });
    Ok(Answer::ok(json!({ "resources": resources, "rate": one })))
}

fn brief(delivery: &Delivery) -> Value {
    json!({
        "id": delivery.id,
        "guid": delivery.sent.guid,
        "delivered_at": time::rfc3339(delivery.at),
        "redelivery": delivery.sent.redelivery,
        "duration": delivery.seconds,
        "status": delivery.status,
        "status_code": delivery.status_code,
        "event": delivery.sent.event,
        "action": delivery.sent.action,
        "installation_id": delivery.sent.installation,
        "repository_id": delivery.sent.repository,
        "throttled_at": null
    })
}

/// Newest first; `cursor` is the id of the last delivery of the page before.
fn deliveries(call: &mut Call<'_>) -> Answered {
    let size = call.query("per_page").and_then(|n| n.parse::<usize>().ok()).unwrap_or(30).clamp(1, 100);
    let cursor = call.query("cursor").and_then(|c| c.parse::<u64>().ok());
    let status = call.query("status").map(str::to_owned);
    let wanted = |d: &&Delivery| match status.as_deref() {
        Some("success") => (200..400).contains(&d.status_code),
        Some("failure") => !(200..400).contains(&d.status_code),
        _ => true,
    };
    let newest_first = call.state.deliveries.iter().rev().filter(|d| cursor.is_none_or(|after| d.id < after)).filter(wanted);
    let page: Vec<&Delivery> = newest_first.take(size + 1).collect();
    let shown: Vec<Value> = page.iter().take(size).map(|d| brief(d)).collect();
    let next = page.get(size - 1).filter(|_| page.len() > size).map(|last| last.id);
    let answer = Answer::ok(Value::Array(shown));
    Ok(match next {
        None => answer,
        Some(cursor) => {
            let status = status.map(|s| format!("&status={s}")).unwrap_or_default();
            let url = format!("{}/api/v3/app/hook/deliveries?per_page={size}&cursor={cursor}{status}", call.state.base);
            answer.with("link", format!("<{url}>; rel=\"next\""))
        }
    })
}

fn find(call: &Call<'_>) -> Result<Delivery, Answer> {
    let id = call.number("delivery_id")?;
    call.state.deliveries.iter().find(|d| d.id == id).cloned().ok_or_else(Answer::not_found)
}

fn delivery(call: &mut Call<'_>) -> Answered {
    let found = find(call)?;
    let pairs = |headers: &[(String, String)]| headers.iter().map(|(name, value)| (name.clone(), json!(value))).collect::<Value>();
    let payload: Value = serde_json::from_str(&found.sent.payload).unwrap_or(Value::Null);
    let mut shape = brief(&found);
    shape["url"] = json!(call.state.app.webhook_url);
    shape["request"] = json!({ "headers": pairs(&found.headers), "payload": payload });
    let (headers, body) = found.answered.as_ref().map_or((Value::Null, Value::Null), |(h, b)| (pairs(h), json!(b)));
    shape["response"] = json!({ "headers": headers, "payload": body });
    Ok(Answer::ok(shape))
}

fn redeliver(call: &mut Call<'_>) -> Answered {
    let again = Outgoing { redelivery: true, ..find(call)?.sent };
    webhooks::enqueue(call.state, again);
    Ok(Answer::new(202, json!({})))
}
