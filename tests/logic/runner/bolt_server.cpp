// tests/logic/runner/bolt_server.cpp
// Statements through a real `xinpu serve` over Bolt; what comes back becomes values again, and nodes what
// they were sent as.

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cctype>
#include <cstdio>
#include <memory>

#include "bolt_reader.h"
#include "engine/value/value.h"
#include "notation.h"
#include "server/bolt/protocol.h"
#include "server/bolt/structure_tags.h"
#include "server/bolt/structures.h"
#include "server/json/json_input.h"
#include "server/language.h"
#include "server_process.h"
#include "target.h"

namespace xinpu::logic {

namespace fs = std::filesystem;
namespace bolt = server::bolt;
using engine::Kind;
using engine::Value;

namespace {

/// One connection. @throws BadTest
class BoltClient {
public:
    BoltClient(std::uint16_t port, const std::string& key) : socket_(connectTo(port)) {
        send(std::string(bolt::kMagic) + std::string("\0\0\0\6", 4) + std::string(12, '\0'));
        std::string answer;
        while (answer.size() < 4) {
            answer += receive();
        }
        if (answer != std::string("\0\0\0\6", 4)) {
            throw BadTest("the server does not speak Bolt 6.0");
        }
        std::string hello;
        bolt::putMessage(hello, bolt::tags::kHello, 1, [](bolt::PackWriter& pack) {
            pack.map(1);
            pack.text("user_agent");
            pack.text("logic/1");
        });
        bolt::putMessage(hello, bolt::tags::kLogon, 1, [&key](bolt::PackWriter& pack) {
            pack.map(2);
            pack.text("scheme");
            pack.text("bearer");
            pack.text("credentials");
            pack.text(key);
        });
        send(hello);
        SentEntities none;
        for (int i = 0; i < 2; ++i) {
            const std::string message = next();
            if (Reader(message, none).structureHead().first != bolt::tags::kSuccess) {
                throw BadTest("the server does not let the test in");
            }
        }
    }
    ~BoltClient() { ::close(socket_); }
    BoltClient(const BoltClient&) = delete;
    BoltClient& operator=(const BoltClient&) = delete;

    void send(std::string_view bytes) const {
        while (!bytes.empty()) {
            const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) {
                throw BadTest("the server closed the connection");
            }
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
    }

    /// The next message, without its frame.
    std::string next() {
        std::string message;
        std::string_view bytes = held_;
        while (unframer_.take(bytes, message) != bolt::Unframer::Got::Message) {
            held_ = receive();
            bytes = held_;
        }
        held_ = std::string(bytes);
        return message;
    }

private:
    std::string receive() const {
        std::array<char, 65'536> piece{};
        const ssize_t got = ::recv(socket_, piece.data(), piece.size(), 0);
        if (got <= 0) {
            throw BadTest("the server closed the connection");
        }
        return {piece.data(), static_cast<std::size_t>(got)};
    }

    int socket_;
    std::string held_;
    bolt::Unframer unframer_{std::size_t{1} << 30};
};

/// "nodes-created" as "nodesCreated".
std::string camelCase(std::string_view name) {
    std::string camel;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const bool begins = i > 0 && name[i - 1] == '-';
        if (name[i] != '-') {
            camel += begins ? static_cast<char>(std::toupper(static_cast<unsigned char>(name[i]))) : name[i];
        }
    }
    return camel;
}

constexpr std::string_view kCounters[] = {"nodes-created",         "nodes-deleted",         "properties-set",
                                          "relationships-created", "relationships-deleted", "labels-added",
                                          "labels-removed",        "indexes-added",         "indexes-removed",
                                          "constraints-added",     "constraints-removed"};

/// Adds a key to a data folder and gives it back. @throws BadTest
std::string makeKey(const fs::path& program, const fs::path& data, const std::string& role) {
    const std::string command = "'" + program.string() + "' keys add --lang en --data '" + data.string() +
                                "' --role " + role + " --name logic";
    FILE* said = ::popen(command.c_str(), "r");
    std::string text;
    std::array<char, 512> piece{};
    while (said != nullptr && std::fgets(piece.data(), static_cast<int>(piece.size()), said) != nullptr) {
        text += piece.data();
    }
    if (said == nullptr || ::pclose(said) != 0) {
        throw BadTest("no key could be made: " + text);
    }
    const std::size_t begin = text.find("xk_");
    if (begin == std::string::npos) {
        throw BadTest("no key was printed: " + text);
    }
    std::size_t end = begin;
    while (end < text.size() &&
           (std::isalnum(static_cast<unsigned char>(text[end])) != 0 || text[end] == '_')) {
        ++end;
    }
    return text.substr(begin, end - begin);
}

struct Keys {
    std::string admin;
    std::string analyst;
};

/// Makes the data folder by a first start of the server, and keys in it.
Keys makeKeys(const fs::path& program, const fs::path& data) {
    { const ServerProcess once(program, data, {"--bolt", "off"}); }
    return {makeKey(program, data, "admin"), makeKey(program, data, "analyst")};
}

class BoltServer : public Target {
public:
    BoltServer(const fs::path& program, const fs::path& scratch)
        : scratch_((fs::create_directories(scratch), scratch)), registry_(server::wholeLanguage()),
          keys_(makeKeys(program, scratch / "data")),
          process_(program, scratch / "data", {"--bolt", "127.0.0.1:0"}), http_(process_.port) {
        http_.key = keys_.admin;
        actAs("admin");
    }
    ~BoltServer() override {
        std::error_code ignored;
        fs::remove_all(scratch_, ignored);
    }

    void fresh(const std::string& fixture, const std::vector<std::string>& statements) override {
        if (fixture == fixture_ && !changed_) {
            return;
        }
        http_.send("DELETE", "/db/credit");
        fixture_ = fixture;
        const HttpAnswer made = http_.send("PUT", "/db/credit");
        if (made.status != 201) {
            throw BadTest("PUT /db/credit answered " + std::to_string(made.status) + ": " + made.body);
        }
        for (const std::string& statement : statements) {
            const Outcome outcome = run(statement, "");
            if (outcome.failure) {
                throw BadTest("fixture " + fixture + ": " + outcome.failure->message + "\n" + statement);
            }
        }
        changed_ = false;
    }

    Outcome run(const std::string& statement, const std::string& parameters) override {
        client_->send(requestOf(statement, parameters));
        Outcome outcome;
        SentEntities entities;
        const std::string begun = client_->next();
        Reader head(begun, entities);
        if (head.structureHead().first != bolt::tags::kSuccess) {
            client_->next();  // IGNORED, to PULL
            return failed(head.value());
        }
        const Value fields = head.value();
        for (const Value& field : fields.find("fields")->list()) {
            outcome.fields.emplace_back(field.string());
        }
        for (;;) {
            const std::string message = client_->next();
            Reader reader(message, entities);
            const std::uint8_t tag = reader.structureHead().first;
            const Value content = reader.value();
            if (tag == bolt::tags::kFailure) {
                return failed(content);
            }
            if (tag == bolt::tags::kSuccess) {
                summarise(content, outcome);
                return outcome;
            }
            std::vector<std::string>& texts = outcome.rows.emplace_back();
            for (const Value& value : content.list()) {
                texts.push_back(canonical(value, entities));
            }
        }
    }

    void reopen() override {}  // restarting the server is a matter of its own tests
    void actAs(const std::string& role) override {
        if (role != role_) {
            client_ = std::make_unique<BoltClient>(process_.bolt_port,
                                                   role == "admin" ? keys_.admin : keys_.analyst);
            role_ = role;
        }
    }

private:
    std::string requestOf(const std::string& statement, const std::string& parameters) const {
        std::string request;
        bolt::putMessage(request, bolt::tags::kRun, 3, [&](bolt::PackWriter& pack) {
            pack.text(statement);
            const Value all = parameters.empty() ? Value::of(std::vector<engine::MapEntry>())
                                                 : server::parseJson(parameters);
            pack.map(all.map().size());
            for (const engine::MapEntry& entry : all.map()) {
                const bool typed = entry.value.kind() == Kind::Map && entry.value.find("$type") != nullptr;
                pack.text(entry.key);
                bolt::packPlainValue(
                    pack, typed ? server::fromTyped(entry.value, entry.key, *registry_) : entry.value, {});
            }
            pack.map(0);
        });
        bolt::putMessage(request, bolt::tags::kPull, 1, [](bolt::PackWriter& pack) {
            pack.map(1);
            pack.text("n");
            pack.integer(-1);
        });
        return request;
    }

    void summarise(const Value& summary, Outcome& outcome) {
        const Value* type = summary.find("type");
        changed_ = changed_ || type == nullptr || type->string() != "r";
        for (const std::string_view name : kCounters) {
            outcome.counters[camelCase(name)] = 0;
        }
        if (const Value* stats = summary.find("stats")) {
            for (const engine::MapEntry& counter : stats->map()) {
                if (counter.value.kind() == Kind::Integer && counter.key != "system-updates") {
                    outcome.counters[camelCase(counter.key)] =
                        static_cast<std::uint64_t>(counter.value.integer());
                }
            }
        }
        if (const Value* plan = summary.find("plan")) {
            addOperators(*plan, outcome.operators);
        }
    }

    static void addOperators(const Value& plan, std::vector<std::string>& out) {
        const std::string_view name = plan.find("operatorType")->string();
        out.emplace_back(name.substr(0, name.find('@')));
        for (const Value& child : plan.find("children")->list()) {
            addOperators(child, out);
        }
    }

    /// What went wrong; the connection is ready again.
    Outcome failed(const Value& metadata) {
        std::string reset;
        bolt::putMessage(reset, bolt::tags::kReset, 0, [](bolt::PackWriter&) {});
        client_->send(reset);
        client_->next();
        changed_ = true;
        Outcome outcome;
        Failure& failure = outcome.failure.emplace();
        failure.message = std::string(metadata.find("message")->string());
        failure.error_class = std::string(metadata.find("neo4j_code")->string()) + " " + failure.message;
        failure.detail = failure.message;
        failure.text = true;
        if (const Value* position = metadata.find("diagnostic_record")->find("_position")) {
            failure.at = {static_cast<std::uint32_t>(position->find("line")->integer()),
                          static_cast<std::uint32_t>(position->find("column")->integer())};
        }
        return outcome;
    }

    fs::path scratch_;
    std::shared_ptr<const query::Registry> registry_;
    Keys keys_;
    ServerProcess process_;
    HttpClient http_;
    std::unique_ptr<BoltClient> client_;
    std::string role_;
    std::string fixture_;
    bool changed_ = false;
};

}  // namespace

std::unique_ptr<Target> openBoltServer(const fs::path& program, const fs::path& scratch) {
    return std::make_unique<BoltServer>(program, scratch);
}

}  // namespace xinpu::logic
