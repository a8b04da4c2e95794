//! A start that cannot be right is refused, says why, and changes nothing.

use std::fs;
use std::io::{Seek, SeekFrom, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use crate::rig::{Api, Launch, RunToEnd, Server, Store, bloxserver_in, both_stores, until};

/// A database with something in it.
fn filled(store: &Store) {
    let server = Launch::on(store).start();
    let api = Api::of(&server);
    for number in 0..20 {
        api.done(
            "POST",
            "/flows",
            Some(&serde_json::json!({ "name": format!("flow {number}"), "description": "x".repeat(400) })),
        );
    }
    stop(server);
}

fn stop(mut server: Server) {
    server.signal("TERM");
    assert!(server.ended(Duration::from_secs(20)).success(), "{}", server.log());
}

/// A deploy that changes its mind: the signal comes while the server still starts.
#[test]
fn a_server_that_is_told_to_stop_while_it_starts_ends_in_order() {
    let store = Store::sqlite();
    for wait_ms in [0, 5, 10, 20, 40, 80] {
        let server = Launch::on(&store).spawn();
        until("the server listens", Duration::from_secs(20), || TcpStream::connect(server.address()).ok());
        std::thread::sleep(Duration::from_millis(wait_ms));
        stop(server);
    }
}

#[test]
fn a_damaged_database_is_refused_and_left_untouched() {
    type Damage = fn(&mut fs::File);
    let damages: [(&str, Damage); 3] = [
        ("a page overwritten", |file| {
            file.seek(SeekFrom::Start(3 * 4_096)).unwrap();
            file.write_all(&[0xa5; 4_096]).unwrap();
        }),
        ("the header overwritten", |file| file.write_all(b"this is no database at all").unwrap()),
        ("cut off", |file| file.set_len(5_000).unwrap()),
    ];
    for (what, damage) in damages {
        let store = Store::sqlite();
        filled(&store);
        let path = store.data().join("bloxserver.db");
        // After an orderly end everything stands in the one file.
        assert_eq!(fs::metadata(path.with_extension("db-wal")).map_or(0, |log| log.len()), 0);
        damage(&mut fs::File::options().read(true).write(true).open(&path).unwrap());
        let before = fs::read(&path).unwrap();
        for arguments in
            [["serve"].as_slice(), &["migrate"], &["token", "create", "--email", "a@example.com"]]
        {
            let mut command = crate::rig::bloxserver(store.folder());
            command.args(arguments).envs(store.variables()).env("ENV", "development").env("PORT", "0");
            let words = command.ended("").refused(1);
            assert!(words.contains("is damaged and was left as it is"), "{what}: {words}");
            assert!(words.contains("restore it from a backup"), "{what}: {words}");
            assert_eq!(fs::read(&path).unwrap(), before, "{what}: {arguments:?} wrote to it");
        }
    }
}

both_stores! {
    fn a_database_of_a_newer_program_is_refused(store: &Store) {
        static LATER: db::Statement = db::Statement::new(
            "LATER",
            "INSERT INTO refinery_schema_history (version, name, applied_on, checksum) VALUES (9999, 'later', '', '0')",
        );
        filled(store);
        let url = store.url();
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let settings = db::Settings::from_url(&url).unwrap();
            db::Db::open(&settings, false).await.unwrap().run(&LATER, &[]).await.unwrap();
        });
        let words = Launch::on(store).command().ended("").refused(1);
        assert!(words.contains("migration 9999") && words.contains("newer bloxserver"), "{words}");
    }
}

#[test]
fn tables_are_not_made_when_that_is_not_wanted() {
    let store = Store::sqlite();
    let launch = Launch::on(&store).with("AUTO_CREATE_TABLES", "false");
    let words = launch.command().ended("").refused(1);
    assert!(words.contains("run `bloxserver migrate`"), "{words}");
    let mut migrate = crate::rig::bloxserver(store.folder());
    let said = migrate.arg("migrate").envs(store.variables()).ended("").fine();
    assert!(said.contains("up to date"), "{said}");
    launch.start();
}

#[test]
fn a_second_process_on_the_same_folder_is_refused_and_the_first_goes_on() {
    let store = Store::sqlite();
    let first = Launch::on(&store).start();
    let words = Launch::on(&store).command().ended("").refused(1);
    assert!(words.contains("another bloxserver uses") && words.contains("BLOX_DATA_DIR"), "{words}");
    assert_eq!(first.get("/health/ready").status, 200);
}

#[test]
fn two_processes_share_one_postgres() {
    let Some(store) = Store::postgres() else { return };
    let (first, second) = (Launch::on(&store).start(), Launch::on(&store).start());
    let flow = Api::of(&first).done("POST", "/flows", Some(&serde_json::json!({ "name": "shared" })));
    let seen = Api::of(&second).done("GET", "/flows", None);
    assert_eq!(seen["items"][0]["id"], flow["id"]);
}

#[test]
fn a_port_in_use_is_said_before_anything_is_made() {
    let store = Store::sqlite();
    let launch = Launch::on(&store);
    let _taken = TcpListener::bind(launch.address()).unwrap();
    let words = launch.command().ended("").refused(1);
    assert!(words.contains(&format!("{} cannot be listened on", launch.address())), "{words}");
    assert!(words.contains("set PORT"), "{words}");
    assert!(!store.data().join("bloxserver.db").exists());
}

#[test]
fn a_data_folder_that_cannot_be_made_is_named() {
    let store = Store::sqlite();
    fs::write(store.data(), "a file").unwrap();
    let words = Launch::on(&store).command().ended("").refused(1);
    assert!(words.contains(&store.data().display().to_string()), "{words}");
}

#[test]
fn the_data_folder_is_nobody_elses() {
    use std::os::unix::fs::PermissionsExt;
    let store = Store::sqlite();
    let _server = Launch::on(&store).start();
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&store.data()), 0o700);
    assert_eq!(mode(&store.data().join("master.key")), 0o600);
}

both_stores! {
    fn in_production_a_token_made_on_the_command_line_is_the_way_in(store: &Store) {
        let launch = Launch::on(store).with("ENV", "production");
        let words = launch.command().ended("").refused(1);
        assert!(words.contains("bloxserver token create"), "{words}");
        let cli = |arguments: &[&str]| {
            crate::rig::bloxserver(store.folder()).args(arguments).envs(store.variables()).ended("")
        };
        let token = cli(&["token", "create", "--email", "ann@example.com"]).fine();
        let token = token.trim();
        let server = launch.start();
        let stranger = Api::of(&server).ask("GET", "/me", None);
        assert_eq!(stranger.status, 401);
        assert_eq!(stranger.header("www-authenticate"), Some("Bearer"));
        let ann = Api::with_token(&server, token);
        assert_eq!(ann.done("GET", "/me", None)["email"], "ann@example.com");
        assert_eq!(Api::with_token(&server, &format!("{token}x")).ask("GET", "/me", None).status, 401);

        // A second one, revoked while the server runs.
        let second = cli(&["token", "create", "--email", "ann@example.com", "--name", "second"]).fine();
        let listed = cli(&["token", "list", "--email", "ann@example.com", "--json"]).fine();
        assert!(!listed.contains(token), "{listed}");
        let listed: serde_json::Value = serde_json::from_str(&listed).unwrap();
        let id = listed.as_array().unwrap().iter().find(|one| one["name"] == "second").unwrap()["id"].clone();
        cli(&["token", "revoke", "--email", "ann@example.com", id.as_str().unwrap()]).fine();
        assert_eq!(Api::with_token(&server, second.trim()).ask("GET", "/me", None).status, 401);
        ann.done("GET", "/me", None);
    }
}

#[test]
fn a_flag_wins_over_the_environment_which_wins_over_the_file() {
    let store = Store::sqlite();
    fs::write(store.folder().join(".env"), "PORT=1001\nHOST=127.0.0.9\nDEFAULT_TIER=pro\nMETRICS_ADDR=\n")
        .unwrap();
    let mut command = crate::rig::bloxserver(store.folder());
    let said = command.env("HOST", "127.0.0.8").args(["config", "--port", "1003"]).ended("").fine();
    for line in
        ["PORT=1003", "HOST=127.0.0.8", "DEFAULT_TIER=pro", "METRICS_ADDR=", "AUTO_CREATE_TABLES=true"]
    {
        assert!(said.lines().any(|one| one == line), "{line}: {said}");
    }
    assert!(said.contains("DATABASE_URL=sqlite://./data/bloxserver.db"), "{said}");
    assert!(said.contains("WEBHOOK_BASE_URL=http://127.0.0.8:1003/webhooks"), "{said}");
}

#[test]
fn a_wrong_setting_stops_the_start_with_its_name_and_what_is_allowed() {
    let store = Store::sqlite();
    let wrong = [
        ("PORT", "http", "--port"),
        ("HOST", "everywhere", "--host"),
        ("ENV", "staging", "[possible values: production, development]"),
        ("AUTO_CREATE_TABLES", "maybe", "[possible values: true, false]"),
        ("DEFAULT_TIER", "gold", "high_frequency"),
        ("METRICS_ADDR", "here", "--metrics-addr"),
        ("DATABASE_URL", "mysql://x", "postgres://user:password@host/name"),
        ("EGRESS_ALLOW", "10.0.0.0/99", "EGRESS_ALLOW"),
        ("API_KEY_ENCRYPTION_KEY", "short", "openssl rand -base64 32"),
        ("CLERK_ISSUER", "clerk", "CLERK_ISSUER"),
        ("CORS_ORIGINS", "a\u{1}b", "CORS_ORIGINS"),
    ];
    for (name, value, word) in wrong {
        let ended = Launch::on(&store).with(name, value).command().ended("");
        assert!(matches!(ended.code, Some(1 | 2)), "{name}: {ended:?}");
        assert!(ended.stderr.contains(word), "{name}: {}", ended.stderr);
    }
    fs::write(store.folder().join(".env"), "this is no setting\n").unwrap();
    let words = bloxserver_in(store.folder(), ["config"]).refused(1);
    assert!(words.contains(".env"), "{words}");
}
