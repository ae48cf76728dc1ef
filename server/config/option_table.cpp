// server/config/option_table.cpp
// The lines of the table, and what their values may be.
#include "server/config/option_table.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include <fmt/format.h>

namespace xinpu::server {
namespace {

/// Of a checked value.
std::int64_t wholeOf(std::string_view value) noexcept {
    std::int64_t number = 0;
    std::from_chars(value.data(), value.data() + value.size(), number);
    return number;
}

bool flagOf(std::string_view value) noexcept {
    return value == "true";
}

std::vector<std::string> partsOf(std::string_view text, char between) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        const std::string_view part = text.substr(0, text.find(between));
        if (!part.empty()) {
            parts.emplace_back(part);
        }
        text.remove_prefix(std::min(part.size() + 1, text.size()));
    }
    return parts;
}

std::optional<Address> addressOf(std::string_view value) {
    const auto taken = hostAndPort(value);
    return taken ? std::optional(Address{taken->host, taken->port}) : std::nullopt;
}

using O = ServerOptions;
using V = std::string;

// clang-format off
constexpr OptionSpec kOptions[] = {
    {"data", "data", OptionKind::Path, "DIR", 0, 0, "./xinpu-data",
     "Data folder", "数据目录",
     [](O& o, const V& v) { o.data = v; }},
    {"listen", "listen", OptionKind::Address, "HOST:PORT", 0, 0, "127.0.0.1:7474",
     "Address to listen on; port 0: one that is free", "监听地址；端口 0 表示任选空闲端口",
     [](O& o, const V& v) { o.http = addressOf(v).value(); }},
    {"bolt", "bolt", OptionKind::AddressOrOff, "HOST:PORT|off", 0, 0, "127.0.0.1:7687",
     "The same for Bolt; 'off': no Bolt", "Bolt 监听地址；off 表示关闭",
     [](O& o, const V& v) { o.bolt = addressOf(v); }},
    {"insecure_listen", "insecure-listen", OptionKind::Flag, "", 0, 0, "false",
     "Listens beyond loopback without TLS: keys and data cross the network in clear", "允许在本机之外以明文监听：密钥与数据将不加密传输",
     [](O& o, const V& v) { o.insecure_listen = flagOf(v); }},
    {"dev", "dev", OptionKind::Flag, "", 0, 0, "false",
     "Asks no key; on loopback only", "不要求密钥，仅限本机回环地址",
     [](O& o, const V& v) { o.dev = flagOf(v); }},
    {"workers", "workers", OptionKind::Whole, "N", 0, 1'000, "0",
     "Threads for statements; 0: four a core, at least 16", "执行语句的线程数；0 表示每核 4 个，至少 16 个",
     [](O& o, const V& v) { o.workers = static_cast<std::size_t>(wholeOf(v)); }},
    {"drain_s", "drain", OptionKind::Whole, "SECONDS", 0, 3'600, "30",
     "What statements have to end after SIGTERM", "收到 SIGTERM 后等待语句结束的时间",
     [](O& o, const V& v) { o.drain_time_max = std::chrono::seconds(wholeOf(v)); }},
    {"timezone", "timezone", OptionKind::Text, "ZONE", 0, 0, "Asia/Shanghai",
     "Time zone of values without one and of 'today'", "无时区的取值与“今天”所用的时区",
     [](O& o, const V& v) { o.timezone = v; }},
    {"csv_folder", "csv-folder", OptionKind::Path, "DIR", 0, 0, "",
     "Folder that LOAD CSV may read (default: none)", "允许 LOAD CSV 读取的目录（默认无）",
     [](O& o, const V& v) { if (!v.empty()) { o.csv_folder = v; } }},

    {"oidc.issuer", "oidc-issuer", OptionKind::Text, "URL", 0, 0, "",
     "OpenID Connect: whose access tokens are taken beside keys, as their claim iss says", "OpenID Connect：除密钥外接受其令牌的签发者，与 iss 声明一致",
     [](O& o, const V& v) { o.oidc.issuer = v; }},
    {"oidc.audience", "oidc-audience", OptionKind::Text, "NAME", 0, 0, "",
     "What the tokens must be meant for (claim aud)", "令牌须面向的受众（aud 声明）",
     [](O& o, const V& v) { o.oidc.audience = v; }},
    {"oidc.role_claim", "oidc-role-claim", OptionKind::Text, "NAME", 0, 0, "xinpu_role",
     "The claim that names the role", "给出角色的声明名称",
     [](O& o, const V& v) { o.oidc.role_claim = v; }},
    {"oidc.scopes_claim", "oidc-scopes-claim", OptionKind::Text, "NAME", 0, 0, "xinpu_scopes",
     "The claim that lists the scopes", "给出范围的声明名称",
     [](O& o, const V& v) { o.oidc.scopes_claim = v; }},
    {"oidc.jwks", "oidc-jwks", OptionKind::Text, "URL", 0, 0, "",
     "Where the provider's keys are; without: its discovery document says it", "签发者公钥地址；省略时由其发现文档给出",
     [](O& o, const V& v) { o.oidc.jwks = v; }},

    {"tls.cert", "tls-cert", OptionKind::Path, "FILE", 0, 0, "",
     "Certificate chain (PEM) of HTTPS and bolt+s; read again on SIGHUP", "HTTPS 与 bolt+s 的证书链（PEM）；收到 SIGHUP 时重新读取",
     [](O& o, const V& v) { o.tls.certificate = v; }},
    {"tls.key", "tls-key", OptionKind::Path, "FILE", 0, 0, "",
     "Private key of the certificate (PEM, not encrypted)", "证书私钥（PEM，不加密）",
     [](O& o, const V& v) { o.tls.key = v; }},

    {"limits.statement_time_s", "time-limit", OptionKind::Whole, "SECONDS", 1, 86'400, "600",
     "What a statement may take at most", "单条语句的最长执行时间",
     [](O& o, const V& v) { o.statement_time_max = std::chrono::seconds(wholeOf(v)); }},
    {"limits.statement_memory_mib", "statement-memory", OptionKind::Whole, "MIB", 1, 1'000'000, "1024",
     "Memory that a statement may take at most", "单条语句可用内存上限",
     [](O& o, const V& v) { o.statement_memory_max = static_cast<std::size_t>(wholeOf(v)) << 20; }},
    {"limits.result_rows", "result-rows", OptionKind::Whole, "N", 0, 1'000'000'000'000, "0",
     "Rows that a statement may give at most; 0: as many as there are", "单条语句最多返回的行数；0 表示不限",
     [](O& o, const V& v) { o.result_rows_max = static_cast<std::uint64_t>(wholeOf(v)); }},
    {"limits.result_mib", "result-size", OptionKind::Whole, "MIB", 1, 1'000'000, "16384",
     "Size of an answer at most", "单个应答的大小上限",
     [](O& o, const V& v) { o.result_bytes_max = static_cast<std::uint64_t>(wholeOf(v)) << 20; }},
    {"limits.parses_per_second", "parses-per-second", OptionKind::Whole, "N", 0, 1'000'000, "0",
     "Statements not seen before that one key may send a second; beyond: 429; 0: no limit", "每个密钥每秒可提交的新语句数；超出者收到 429；0 表示不限",
     [](O& o, const V& v) { o.parses_per_second = static_cast<std::uint32_t>(wholeOf(v)); }},
    {"limits.connections", "connections", OptionKind::Whole, "N", 1, 1'000'000, "20000",
     "Connections of HTTP at once; a further one gets 503", "HTTP 并发连接上限；超出者收到 503",
     [](O& o, const V& v) { o.clients.connections_max = static_cast<std::size_t>(wholeOf(v)); }},
    {"limits.connections_per_client", "connections-per-client", OptionKind::Whole, "N", 1, 1'000'000, "15000",
     "Connections of one address at once", "单个地址的并发连接上限",
     [](O& o, const V& v) { o.clients.connections_each = static_cast<std::size_t>(wholeOf(v)); }},
    {"limits.requests_per_second", "requests-per-second", OptionKind::Whole, "N", 0, 1'000'000, "0",
     "Requests of one address a second, twice as many at once; beyond: 429; 0: no limit", "单个地址每秒请求数，瞬时可达两倍；超出者收到 429；0 表示不限",
     [](O& o, const V& v) { o.clients.requests_per_second = static_cast<std::uint32_t>(wholeOf(v)); }},
    {"limits.disk_free_mib", "disk-free", OptionKind::Whole, "MIB", 0, 1'000'000'000, "1024",
     "/health/ready says 503 when the disk of the data folder has less room", "数据目录所在磁盘剩余空间低于此值时 /health/ready 返回 503",
     [](O& o, const V& v) { o.disk_free_min = static_cast<std::uint64_t>(wholeOf(v)) << 20; }},

    {"log.format", "log-format", OptionKind::Choice, "json|logfmt", 0, 0, "json",
     "How a line of the log looks", "日志行格式",
     [](O& o, const V& v) { o.log.logfmt = v == "logfmt"; }},
    {"log.level", "log-level", OptionKind::Choice, "info|warning|error", 0, 0, "info",
     "The least important lines that are written", "写入日志的最低级别",
     [](O& o, const V& v) { o.log.least = v == "info" ? LogLevel::Info : v == "warning" ? LogLevel::Warning : LogLevel::Error; }},
    {"log.file", "log-file", OptionKind::Path, "FILE", 0, 0, "",
     "Where lines go (default: standard error); opened again on SIGHUP", "日志文件（默认标准错误）；收到 SIGHUP 时重新打开",
     [](O& o, const V& v) { o.log.file = v; }},
    {"log.requests", "log-requests", OptionKind::Choice, "none|failed|all", 0, 0, "failed",
     "Which requests get a line: failed are those with status 500 and above", "哪些请求写入日志：failed 指状态码 500 及以上",
     [](O& o, const V& v) { o.log.requests = v == "none" ? LogOptions::Requests::None : v == "all" ? LogOptions::Requests::All : LogOptions::Requests::Failed; }},
    {"log.slow_statement_ms", "slow-statement", OptionKind::Whole, "MS", 0, 86'400'000, "1000",
     "A statement that takes longer gets a line; 0: none does", "超过此时长的语句写入日志；0 表示不写",
     [](O& o, const V& v) { o.log.slow_statement = std::chrono::milliseconds(wholeOf(v)); }},

    {"metrics.listen", "metrics", OptionKind::AddressOrOff, "HOST:PORT|off", 0, 0, "off",
     "A port for /metrics alone that asks no key; loopback only", "单独提供 /metrics 的端口，不要求密钥；仅限本机回环地址",
     [](O& o, const V& v) { o.metrics = addressOf(v); }},

    {"cors.origins", "cors-origin", OptionKind::List, "ORIGIN,...", 0, 0, "",
     "Web origins whose pages may send requests, exactly as browsers write them", "允许跨域请求的网页来源，须与浏览器所写完全一致",
     [](O& o, const V& v) { o.cors_origins = partsOf(v, ','); }},
};
// clang-format on

constexpr bool sectionsStandTogether() {
    std::string_view sections[std::size(kOptions)];
    std::size_t count = 0;
    std::string_view last;
    for (const OptionSpec& option : kOptions) {
        const std::size_t point = option.name.find('.');
        const std::string_view section = point == std::string_view::npos ? std::string_view() : option.name.substr(0, point);
        if (section == last) {
            continue;
        }
        for (std::size_t i = 0; i < count; ++i) {
            if (section.empty() || sections[i] == section) {
                return false;
            }
        }
        if (section.empty()) {
            return false;
        }
        sections[count++] = section;
        last = section;
    }
    return true;
}
static_assert(sectionsStandTogether(), "in TOML a section is opened once, behind the options without one");

std::optional<std::string> problemOfOrigin(std::string_view origin) {
    const std::size_t scheme = origin.starts_with("https://") ? 8 : origin.starts_with("http://") ? 7 : 0;
    const std::string_view host = origin.substr(scheme);
    const bool sound = scheme > 0 && !host.empty() && host.find_first_of("/?#@*, \t\r\n\"") == std::string_view::npos &&
                       std::none_of(host.begin(), host.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
    return sound ? std::nullopt
                 : std::optional(fmt::format("'{}' is no origin such as 'https://console.example.org': scheme, host in "
                                             "small letters, port if it is not the usual one, nothing behind",
                                             origin));
}

}  // namespace

std::span<const OptionSpec> allOptions() noexcept {
    return kOptions;
}

std::string environmentName(const OptionSpec& option) {
    std::string name = "XINPU_";
    for (const char c : option.flag) {
        name += c == '-' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    }
    return name;
}

std::optional<HostAndPort> hostAndPort(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) {
        return std::nullopt;
    }
    std::string_view host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) {
        host = host.substr(1, host.size() - 2);
    }
    const std::string_view port = text.substr(colon + 1);
    HostAndPort taken{std::string(host), 0};
    const auto [end, status] = std::from_chars(port.data(), port.data() + port.size(), taken.port);
    if (status != std::errc() || end != port.data() + port.size() || host.empty()) {
        return std::nullopt;
    }
    return taken;
}

std::optional<std::string> problemOf(const OptionSpec& option, std::string_view value) {
    if (value.find('\0') != std::string_view::npos) {
        return "has a zero byte";
    }
    switch (option.kind) {
    case OptionKind::Text:
    case OptionKind::Path:
        if (value.empty() && !option.usual.empty()) {
            return "is empty";
        }
        return std::nullopt;
    case OptionKind::AddressOrOff:
        if (value == "off") {
            return std::nullopt;
        }
        [[fallthrough]];
    case OptionKind::Address:
        return hostAndPort(value) ? std::nullopt
                                  : std::optional(fmt::format("'{}' is no HOST:PORT{}", value,
                                                              option.kind == OptionKind::Address ? "" : " and not 'off'"));
    case OptionKind::Flag:
        return value == "true" || value == "false"
                   ? std::nullopt
                   : std::optional(fmt::format("'{}' is neither true nor false", value));
    case OptionKind::Whole: {
        std::int64_t number = 0;
        const auto [end, status] = std::from_chars(value.data(), value.data() + value.size(), number);
        const bool sound = status == std::errc() && end == value.data() + value.size() && number >= option.least &&
                           number <= option.most;
        return sound ? std::nullopt
                     : std::optional(fmt::format("'{}' is not a whole number from {} to {}", value, option.least,
                                                 option.most));
    }
    case OptionKind::Choice: {
        const std::vector<std::string> words = partsOf(option.type, '|');
        return std::find(words.begin(), words.end(), value) != words.end()
                   ? std::nullopt
                   : std::optional(fmt::format("'{}' is not one of {}", value, fmt::join(words, ", ")));
    }
    case OptionKind::List:
        for (const std::string& origin : partsOf(value, ',')) {
            if (auto problem = problemOfOrigin(origin)) {
                return problem;
            }
        }
        return std::nullopt;
    }
    return std::nullopt;
}

}  // namespace xinpu::server
