//! Is there a dashboard to embed? Without one, a page that says how to build it takes its place.

use std::path::Path;
use std::{fs, io};

const PLACEHOLDER: &str = r#"<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="stratum-placeholder" content="yes">
<title>Stratum</title>
<h1>Stratum is running</h1>
<p>The server and its API answer. The dashboard was not built when this server was compiled.</p>
<p>To build it (needs Node 20.19 or later in the 20 line, or 22.12 or later): <code>cargo xtask demo</code>, or by hand
<code>npm ci</code> and <code>npm run build</code> in <code>reference-server/dashboard</code>, then start the server again.</p>
<p>The API: <a href="/v1/overview">/v1/overview</a>, <a href="/health/ready">/health/ready</a></p>
</html>
"#;

fn main() -> io::Result<()> {
    let page = Path::new("dashboard/dist/index.html");
    println!("cargo::rerun-if-changed=dashboard/dist");
    println!("cargo::rerun-if-changed=build.rs");
    if page.exists() {
        return Ok(());
    }
    fs::create_dir_all("dashboard/dist")?;
    fs::write(page, PLACEHOLDER)
}
