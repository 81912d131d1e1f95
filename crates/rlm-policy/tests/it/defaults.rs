//! Tests of the display of defaults, prices and outcomes.

use insta::{assert_json_snapshot, assert_snapshot};
use rlm_model::{CallId, Cost, Message, ModelIdentity, Money, Parameters, Price, Request, Tokens, Usage};
use rlm_policy::{
    Amount, Answer, LimitReached, Limits, Outcome, Preset, PriceError, PriceStatement, PriceTable, Spend,
    TruncationCause, cost_of,
};

#[test]
fn default_limits_table_matches_snapshot() {
    assert_snapshot!(Limits::default());
}

#[test]
fn preset_limit_tables_match_snapshots() {
    let tables = Preset::ALL.map(|preset| format!("{}\n{}", preset.name(), preset.limits()));
    assert_snapshot!(tables.join("\n"));
}

#[test]
fn partial_limits_deserialize_and_unknown_fields_are_rejected() {
    let limits: Limits = serde_json::from_str(r#"{"steps": 20, "cost": 250000}"#).unwrap();
    let expected = Limits {
        steps: 20,
        cost: Some(Money(250_000)),
        ..Limits::default()
    };
    assert_eq!(limits, expected);
    let error = serde_json::from_str::<Limits>(r#"{"stepps": 20}"#).unwrap_err();
    assert!(error.to_string().contains("unknown field `stepps`"), "{error}");
}

fn every_limit() -> Vec<LimitReached> {
    vec![
        LimitReached::MaxStepsExceeded { limit: 40 },
        LimitReached::InvalidResponsesExceeded { limit: 5 },
        LimitReached::AnswerCut {
            by: TruncationCause::OutputLimit,
        },
        LimitReached::AnswerCut {
            by: TruncationCause::ContentFilter,
        },
        LimitReached::MaxSubcallsExceeded {
            limit: 200,
            spent: 200,
            wanted: 1,
        },
        LimitReached::MaxRecursionExceeded { limit: 1, wanted: 2 },
        LimitReached::MaxTokensExceeded {
            limit: Tokens(10_000),
            spent: Tokens(9_500),
            wanted: Tokens(1_200),
            kept: Tokens(0),
        },
        LimitReached::MaxTokensExceeded {
            limit: Tokens(10_000),
            spent: Tokens(8_500),
            wanted: Tokens(1_200),
            kept: Tokens(1_000),
        },
        LimitReached::CostExceeded {
            limit: Money(250_000),
            spent: Money(240_000),
            wanted: Money(12_000),
            kept: Money(0),
        },
        LimitReached::CostExceeded {
            limit: Money(250_000),
            spent: Money(220_000),
            wanted: Money(12_000),
            kept: Money(25_000),
        },
        LimitReached::PriceUnknown { limit: Money(250_000) },
        LimitReached::PromptTooLong {
            chars: 812_000,
            takes: 400_000,
        },
        LimitReached::BatchExceedsTokens {
            calls: 500,
            needed: Tokens(612_000),
            left: Tokens(400_000),
        },
        LimitReached::BatchExceedsCost {
            calls: 500,
            needed: Money(612_000),
            left: Money(400_000),
        },
        LimitReached::DeadlineExceeded {
            limit_seconds: 300,
            elapsed_seconds: 301,
        },
        LimitReached::ReservationOverrun {
            call: CallId::root(2, 1, 0),
            reserved_tokens: Tokens(1_200),
            spent_tokens: Tokens(5_000),
            reserved_cost: Money(1_000),
            spent_cost: Money(4_000),
        },
        LimitReached::FuelExhausted { limit: 1_000_000_000 },
        LimitReached::MemoryExceeded { limit: 134_217_728 },
    ]
}

#[test]
fn every_limit_message_has_name_numbers_and_hint() {
    let shown: Vec<String> = every_limit()
        .iter()
        .map(|limit| format!("{limit}\n  help: {}", limit.hint()))
        .collect();
    assert_snapshot!(shown.join("\n"));
    for limit in every_limit() {
        assert!(limit.to_string().starts_with(&format!("{}: ", limit.name())), "{limit}");
        let json = serde_json::to_value(&limit).unwrap();
        assert_eq!(json["name"], limit.name());
        assert_eq!(serde_json::from_value::<LimitReached>(json).unwrap(), limit);
    }
}

#[test]
fn every_outcome_has_its_name_and_exit_code() {
    let limit = LimitReached::MaxStepsExceeded { limit: 2 };
    let outcomes = [
        Outcome::Complete,
        Outcome::at_limit(limit.clone(), Answer::BestEffort),
        Outcome::Unable,
        Outcome::at_limit(limit, Answer::Nothing),
        Outcome::at_limit(
            LimitReached::DeadlineExceeded {
                limit_seconds: 1,
                elapsed_seconds: 1,
            },
            Answer::Nothing,
        ),
        Outcome::Cancelled,
        Outcome::ProviderError,
        Outcome::ToolError,
        Outcome::InvalidRequest,
        Outcome::VerificationFailed,
    ];
    let rows: Vec<_> = outcomes.iter().map(|outcome| (outcome.exit_code(), outcome)).collect();
    assert_json_snapshot!(rows);
    for outcome in outcomes {
        let json = serde_json::to_value(&outcome).unwrap();
        assert_eq!(json["outcome"], outcome.name());
        assert_eq!(serde_json::from_value::<Outcome>(json).unwrap(), outcome);
    }
}

#[test]
fn price_applies_only_to_the_exact_model_at_the_official_endpoint() {
    let table = PriceTable::built_in().unwrap();
    assert_snapshot!(table.date(), @"2026-06-20");
    let price = |endpoint: &str, model: &str| table.price(&ModelIdentity::new("openai", endpoint, model));
    let mini = Price {
        input: Money(250_000),
        cached_input: Money(25_000),
        output: Money(2_000_000),
    };
    assert_eq!(price("https://api.openai.com/v1", "gpt-5-mini"), Some(mini));
    assert_eq!(price("https://api.openai.com/v1", "gpt-5-mini-2025-08-07"), None);
    assert_eq!(price("https://api.openai.com.example/v1", "gpt-5-mini"), None);
    assert_eq!(price("http://gpu:8000/v1", "gpt-5-mini"), None);
}

#[test]
fn user_prices_override_the_table_at_any_endpoint() {
    let mut table = PriceTable::built_in().unwrap();
    table.set("openai:gpt-5-mini=1,2".parse().unwrap());
    table.set("compat:a=b=free".parse().unwrap());
    let stated = Price {
        input: Money(1_000_000),
        cached_input: Money(1_000_000),
        output: Money(2_000_000),
    };
    for endpoint in ["https://api.openai.com/v1", "http://gpu:8000/v1"] {
        let identity = ModelIdentity::new("openai", endpoint, "gpt-5-mini");
        assert_eq!(table.price(&identity), Some(stated));
    }
    assert_eq!(table.price(&ModelIdentity::new("compat", "", "a=b")), Some(Price::FREE));
}

#[test]
fn invalid_prices_are_rejected_with_the_expected_format() {
    for wrong in [
        "gpt-5=1,2",
        "openai:=1,2",
        "openai:m",
        "openai:m=1",
        "openai:m=1,x",
        "openai:m=1,2,3,4",
    ] {
        let error = wrong.parse::<PriceStatement>().unwrap_err();
        assert_eq!(error.code(), "price_statement_malformed", "{wrong}");
    }
    assert_snapshot!("gpt-5=1,2".parse::<PriceStatement>().unwrap_err(), @"invalid price `gpt-5=1,2`; expected ADAPTER:MODEL=INPUT,CACHED_INPUT,OUTPUT in dollars per million tokens, such as `openai:gpt-5=1.25,0.125,10`, or ADAPTER:MODEL=free");
    let table = |input: &str| {
        PriceTable::from_json(&format!(
            r#"{{"date": "", "providers": [{{"adapter": "a", "models":
                {{"m": {{"input": {input}, "cached_input": "0", "output": "0"}}}}}}]}}"#
        ))
    };
    assert!(table(r#""1.5""#).is_ok());
    assert_snapshot!(table(r#""-1""#).unwrap_err(), @"invalid price of `m`: expected an amount in dollars, got `-1`");
    assert!(
        matches!(table("1.5"), Err(PriceError::Malformed { .. })),
        "a float is not a valid price"
    );
}

#[test]
fn call_reservation_uses_bytes_output_limit_and_higher_input_price() {
    let request = Request::new(
        vec![Message::user("x".repeat(1_000))],
        Parameters::with_max_output(Tokens(500)),
    );
    let price = Price {
        input: Money(1_000_000),
        cached_input: Money(2_000_000),
        output: Money(10_000_000),
    };
    let amount = Amount::at_most(&request, Some(price), 1);
    let expected = Amount {
        calls: 1,
        input_tokens: Tokens(1_032),
        output_tokens: Tokens(500),
        cost: Cost::Known(Money(2 * 1_032 + 5_000)),
    };
    assert_eq!(amount, expected, "some providers charge more for cache writes");
    assert_eq!(Amount::at_most(&request, None, 1).cost, Cost::Unknown);
}

#[test]
fn provider_reported_cost_wins_and_unknown_cost_stays_unknown() {
    let usage = Usage {
        input: Tokens(1_000_000),
        ..Usage::default()
    };
    let reported = Usage {
        reported_cost: Some(Money(7)),
        ..usage
    };
    let price = Price {
        input: Money(3),
        ..Price::FREE
    };
    assert_eq!(cost_of(&usage, Some(price)), Cost::Known(Money(3)));
    assert_eq!(cost_of(&reported, Some(price)), Cost::Known(Money(7)));
    assert_eq!(cost_of(&usage, None), Cost::Unknown);
    let sum = Spend::of(1, &usage, Cost::Unknown).plus(Spend::of(1, &usage, Cost::Known(Money(3))));
    assert_eq!((sum.cost, sum.total_cost()), (Money(3), Cost::Unknown));
}
