// tests/logic/runner/bolt_server.cpp
// Statements through a real `xinpu serve` over Bolt; what comes back becomes values again, and nodes what they were sent as.

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <bit>
#include <cctype>
#include <cstdio>
#include <memory>
#include <span>

#include "engine/value/value.h"
#include "notation.h"
#include "query/functions/zones.h"
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

/// Nodes and relationships as they were sent, by their ids.
class SentEntities : public Entities {
public:
    Entity node(engine::NodeId id) const override { return found(nodes, id.value); }
    Entity relationship(engine::RelId id) const override { return found(relationships, id.value); }

    std::map<std::uint64_t, Entity> nodes;
    std::map<std::uint64_t, Entity> relationships;

private:
    static Entity found(const std::map<std::uint64_t, Entity>& from, std::uint64_t id) {
        const auto entity = from.find(id);
        return entity != from.end() ? entity->second : Entity{};
    }
};

/// Reads what the server writes. @throws BadTest
class Reader {
public:
    Reader(std::string_view bytes, SentEntities& entities) : bytes_(bytes), entities_(entities) {}

    /// The tag of a structure and how many fields it has.
    std::pair<std::uint8_t, std::size_t> structureHead() {
        const unsigned marker = byte();
        if ((marker & 0xF0U) != 0xB0) {
            throw BadTest("no structure where one must be");
        }
        return {static_cast<std::uint8_t>(byte()), marker & 0x0FU};
    }

    Value value() {
        const unsigned marker = byte();
        const std::size_t low = marker & 0x0FU;
        if (marker <= 0x7F || marker >= 0xF0) {
            return Value::of(std::int64_t{static_cast<std::int8_t>(marker)});
        }
        switch (marker & 0xF0U) {
        case 0x80:
            return Value::of(raw(low));
        case 0x90:
            return list(low);
        case 0xA0:
            return map(low);
        case 0xB0:
            --at_;
            return structure();
        default:
            return marked(marker);
        }
    }

private:
    unsigned byte() { return static_cast<unsigned char>(raw(1)[0]); }
    std::string_view raw(std::size_t size) {
        if (size > bytes_.size() - at_) {
            throw BadTest("a message ends within a value");
        }
        at_ += size;
        return bytes_.substr(at_ - size, size);
    }
    std::uint64_t whole(unsigned size) {
        std::uint64_t number = 0;
        for (const char each : raw(size)) {
            number = number << 8 | static_cast<unsigned char>(each);
        }
        return number;
    }

    Value marked(unsigned marker) {
        switch (marker) {
        case 0xC0:
            return Value::null();
        case 0xC1:
            return Value::of(std::bit_cast<double>(whole(8)));
        case 0xC2:
        case 0xC3:
            return Value::of(marker == 0xC3);
        case 0xC8:
            return Value::of(std::int64_t{static_cast<std::int8_t>(whole(1))});
        case 0xC9:
            return Value::of(std::int64_t{static_cast<std::int16_t>(whole(2))});
        case 0xCA:
            return Value::of(std::int64_t{static_cast<std::int32_t>(whole(4))});
        case 0xCB:
            return Value::of(static_cast<std::int64_t>(whole(8)));
        default:
            break;
        }
        const unsigned first = marker >= 0xD8 ? 0xD8 : marker >= 0xD4 ? 0xD4 : marker >= 0xD0 ? 0xD0 : 0xCC;
        const std::size_t size = whole(1U << (marker - first));
        switch (first) {
        case 0xCC: {
            const std::string_view bytes = raw(size);
            return Value::ofBytes(std::as_bytes(std::span(bytes.data(), bytes.size())));
        }
        case 0xD0:
            return Value::of(raw(size));
        case 0xD4:
            return list(size);
        default:
            return map(size);
        }
    }

    Value list(std::size_t size) {
        std::vector<Value> elements;
        for (std::size_t i = 0; i < size; ++i) {
            elements.push_back(value());
        }
        return Value::of(std::move(elements));
    }

    Value map(std::size_t size) {
        std::vector<engine::MapEntry> entries;
        for (std::size_t i = 0; i < size; ++i) {
            const Value key = value();
            entries.push_back({std::string(key.string()), value()});
        }
        return Value::of(std::move(entries));
    }

    Value structure() {
        const auto [tag, size] = structureHead();
        std::vector<Value> f;
        for (std::size_t i = 0; i < size; ++i) {
            f.push_back(value());
        }
        const auto number = [&f](std::size_t i) { return f.at(i).integer(); };
        switch (tag) {
        case bolt::tags::kDate:
            return Value::of(engine::Date{number(0)});
        case bolt::tags::kLocalTime:
            return Value::of(engine::LocalTime{number(0)});
        case bolt::tags::kTime:
            return Value::of(engine::Time{number(0), static_cast<std::int32_t>(number(1))});
        case bolt::tags::kLocalDateTime:
            return Value::of(engine::LocalDateTime{number(0), static_cast<std::int32_t>(number(1))});
        case bolt::tags::kDateTime:
            return Value::of(engine::ZonedDateTime{
                number(0), static_cast<std::int32_t>(number(1)), static_cast<std::int32_t>(number(2)), {}});
        case bolt::tags::kDateTimeZoneId:
            return Value::of(
                query::Zone::parse(f.at(2).string()).atInstant(number(0), static_cast<std::int32_t>(number(1))));
        case bolt::tags::kDuration:
            return Value::of(
                engine::Duration{number(0), number(1), number(2), static_cast<std::int32_t>(number(3))});
        case bolt::tags::kNode:
            return node(f);
        case bolt::tags::kRelationship:
            return relationship(f, 3);
        case bolt::tags::kUnboundRelationship:
            return relationship(f, 1);
        case bolt::tags::kPath:
            return path(f);
        default:
            throw BadTest("a structure that nobody knows: " + std::to_string(tag));
        }
    }

    static std::vector<std::pair<std::string, Value>> propertiesOf(const Value& map) {
        std::vector<std::pair<std::string, Value>> properties;
        for (const engine::MapEntry& entry : map.map()) {
            properties.emplace_back(entry.key, entry.value);
        }
        return properties;
    }

    Value node(const std::vector<Value>& f) {
        const engine::NodeId id{static_cast<std::uint32_t>(f.at(0).integer())};
        Entity entity{{}, propertiesOf(f.at(2))};
        for (const Value& label : f.at(1).list()) {
            entity.labels.emplace_back(label.string());
        }
        entities_.nodes[id.value] = std::move(entity);
        return Value::of(id);
    }

    Value relationship(const std::vector<Value>& f, std::size_t type) {
        const engine::RelId id{static_cast<std::uint32_t>(f.at(0).integer())};
        entities_.relationships[id.value] = {{std::string(f.at(type).string())}, propertiesOf(f.at(type + 1))};
        return Value::of(id);
    }

    static Value path(const std::vector<Value>& f) {
        const auto nodes = f.at(0).list();
        const auto relationships = f.at(1).list();
        const auto steps = f.at(2).list();
        engine::Path path{nodes[0].node(), {}};
        for (std::size_t i = 0; i + 1 < steps.size(); i += 2) {
            const std::int64_t place = steps[i].integer();
            const std::size_t at = static_cast<std::size_t>(place < 0 ? -place : place) - 1;
            path.steps.push_back({relationships[at].relationship(),
                                  nodes[static_cast<std::size_t>(steps[i + 1].integer())].node(),
                                  place > 0 ? engine::Direction::Out : engine::Direction::In});
        }
        return Value::of(std::move(path));
    }

    std::string_view bytes_;
    std::size_t at_ = 0;
    SentEntities& entities_;
};

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

constexpr std::string_view kCounters[] = {
    "nodes-created",         "nodes-deleted",  "properties-set", "relationships-created",
    "relationships-deleted", "labels-added",   "labels-removed", "indexes-added",
    "indexes-removed",       "constraints-added", "constraints-removed"};

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
    while (end < text.size() && (std::isalnum(static_cast<unsigned char>(text[end])) != 0 || text[end] == '_')) {
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
    {
        const ServerProcess once(program, data, {"--bolt", "off"});
    }
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
            client_ = std::make_unique<BoltClient>(process_.bolt_port, role == "admin" ? keys_.admin : keys_.analyst);
            role_ = role;
        }
    }

private:
    std::string requestOf(const std::string& statement, const std::string& parameters) const {
        std::string request;
        bolt::putMessage(request, bolt::tags::kRun, 3, [&](bolt::PackWriter& pack) {
            pack.text(statement);
            const Value all = parameters.empty() ? Value::of(std::vector<engine::MapEntry>()) : server::parseJson(parameters);
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
                    outcome.counters[camelCase(counter.key)] = static_cast<std::uint64_t>(counter.value.integer());
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
