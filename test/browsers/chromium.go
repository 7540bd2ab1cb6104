package browsers

import (
	"os"
	"path/filepath"
)

// chromiumPreferences are those a page's cookies hang on: Debian's Chromium blocks third-party cookies unless told.
const chromiumPreferences = `{"profile": {"cookie_controls_mode": 0, "block_third_party_cookies": false}}`

// prepareChromium lets the browser find the world's names and nothing else, and trust the world's key and no other's.
func prepareChromium(profile string, w *World) (arguments, environment []string, err error) {
	folder := filepath.Join(profile, "Default")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, nil, err
	}
	if err := os.WriteFile(filepath.Join(folder, "Preferences"), []byte(chromiumPreferences), 0o600); err != nil {
		return nil, nil, err
	}
	arguments = []string{
		"--headless=new",
		"--user-data-dir=" + profile,
		"--host-resolver-rules=MAP *.test 127.0.0.1, MAP *.localhost 127.0.0.1, MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
		"--ignore-certificate-errors-spki-list=" + w.keyPin(),
		"--enable-logging=stderr", "--log-level=0",
		"--no-first-run", "--no-default-browser-check",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-domain-reliability",
		"--disable-extensions", "--disable-default-apps", "--disable-breakpad", "--disable-crash-reporter",
		"--disable-dev-shm-usage", "--password-store=basic", "--mute-audio",
		"--disable-background-timer-throttling", "--disable-renderer-backgrounding", "--disable-backgrounding-occluded-windows",
		"--autoplay-policy=no-user-gesture-required", "--disable-popup-blocking",
		"--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
	}
	if os.Geteuid() == 0 {
		arguments = append(arguments, "--no-sandbox")
	}
	return arguments, nil, nil
}
