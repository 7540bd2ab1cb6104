package browsers

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// prepareFirefox lets the browser find the world's names and nothing else, and trust the world's certificate.
func prepareFirefox(profile string, w *World) (arguments, environment []string, err error) {
	var prefs strings.Builder
	for _, p := range firefoxPreferences {
		fmt.Fprintf(&prefs, "user_pref(%q, %s);\n", p[0], p[1])
	}
	names := strings.Join(w.names(), ",")
	fmt.Fprintf(&prefs, "user_pref(\"network.dns.localDomains\", %q);\n", names)
	fmt.Fprintf(&prefs, "user_pref(\"network.proxy.no_proxies_on\", %q);\n", names)
	if err := os.WriteFile(filepath.Join(profile, "user.js"), []byte(prefs.String()), 0o600); err != nil {
		return nil, nil, err
	}
	if err := os.WriteFile(filepath.Join(profile, "cert_override.txt"), []byte(w.certificateOverrides()), 0o600); err != nil {
		return nil, nil, err
	}
	arguments = []string{"--headless", "--no-remote", "--new-instance", "--profile", profile}
	environment = []string{
		"HOME=" + profile, "MOZ_LOG=PageMessages:5", "MOZ_CRASHREPORTER_DISABLE=1", "MOZ_DATA_REPORTING=0", "MOZ_HEADLESS=1",
	}
	return arguments, environment, nil
}

// firefoxPreferences keep the browser to itself. None of them touches CORS; a dead proxy takes what is not ours.
var firefoxPreferences = [][2]string{
	{"app.normandy.enabled", "false"},
	{"app.shield.optoutstudies.enabled", "false"},
	{"app.update.auto", "false"},
	{"app.update.enabled", "false"},
	{"app.update.disabledForTesting", "true"},
	{"browser.aboutwelcome.enabled", "false"},
	{"browser.contentblocking.introCount", "99"},
	{"browser.discovery.enabled", "false"},
	{"browser.newtabpage.enabled", "false"},
	{"browser.places.speculativeConnect.enabled", "false"},
	{"browser.region.network.url", `""`},
	{"browser.safebrowsing.blockedURIs.enabled", "false"},
	{"browser.safebrowsing.downloads.enabled", "false"},
	{"browser.safebrowsing.malware.enabled", "false"},
	{"browser.safebrowsing.phishing.enabled", "false"},
	{"browser.search.update", "false"},
	{"browser.send_pings", "true"}, // off in releases, and the cases with pings would show nothing
	{"browser.sessionstore.resume_from_crash", "false"},
	{"browser.shell.checkDefaultBrowser", "false"},
	{"browser.startup.homepage_override.mstone", `"ignore"`},
	{"browser.startup.page", "0"},
	{"browser.tabs.warnOnClose", "false"},
	{"browser.topsites.contile.enabled", "false"},
	{"browser.urlbar.suggest.searches", "false"},
	{"datareporting.healthreport.uploadEnabled", "false"},
	{"datareporting.policy.dataSubmissionEnabled", "false"},
	{"dom.disable_open_during_load", "false"},
	{"dom.ipc.processPrelaunch.enabled", "false"},
	{"dom.min_background_timeout_value", "4"},
	{"dom.security.https_first", "false"},
	{"dom.security.https_first_schemeless", "false"},
	{"dom.security.https_only_mode", "false"},
	{"dom.timeout.enable_budget_timer_throttling", "false"},
	{"dom.timeout.throttling_delay", "600000"},
	{"extensions.getAddons.cache.enabled", "false"},
	{"extensions.systemAddon.update.enabled", "false"},
	{"extensions.update.enabled", "false"},
	{"media.autoplay.default", "0"},
	{"media.gmp-manager.updateEnabled", "false"},
	{"media.gmp-provider.enabled", "false"},
	{"network.captive-portal-service.enabled", "false"},
	{"network.connectivity-service.enabled", "false"},
	{"network.dns.disablePrefetch", "true"},
	{"network.http.speculative-parallel-limit", "0"},
	{"network.prefetch-next", "true"},
	{"network.proxy.type", "1"},
	{"network.proxy.http", `"127.0.0.1"`},
	{"network.proxy.http_port", "9"},
	{"network.proxy.ssl", `"127.0.0.1"`},
	{"network.proxy.ssl_port", "9"},
	{"network.trr.mode", "5"},
	{"security.sandbox.warn_unprivileged_namespaces", "false"},
	{"services.settings.server", `""`},
	{"termsofuse.acceptedVersion", "999"},
	{"termsofuse.bypassNotification", "true"},
	{"toolkit.cosmeticAnimations.enabled", "false"},
	{"toolkit.telemetry.enabled", "false"},
	{"toolkit.telemetry.server", `""`},
	{"toolkit.telemetry.unified", "false"},
	{"trailhead.firstrun.didSeeAboutWelcome", "true"},
}
