// tests/logic/runner/bolt_reader.h
#pragma once
// What a server writes over Bolt, back to values.

#include <bit>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/value/value.h"
#include "notation.h"
#include "query/functions/zones.h"
#include "server/bolt/structure_tags.h"

namespace xinpu::logic {

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

    engine::Value value() {
        const unsigned marker = byte();
        const std::size_t low = marker & 0x0FU;
        if (marker <= 0x7F || marker >= 0xF0) {
            return engine::Value::of(std::int64_t{static_cast<std::int8_t>(marker)});
        }
        switch (marker & 0xF0U) {
        case 0x80:
            return engine::Value::of(raw(low));
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

    engine::Value marked(unsigned marker) {
        switch (marker) {
        case 0xC0:
            return engine::Value::null();
        case 0xC1:
            return engine::Value::of(std::bit_cast<double>(whole(8)));
        case 0xC2:
        case 0xC3:
            return engine::Value::of(marker == 0xC3);
        case 0xC8:
            return engine::Value::of(std::int64_t{static_cast<std::int8_t>(whole(1))});
        case 0xC9:
            return engine::Value::of(std::int64_t{static_cast<std::int16_t>(whole(2))});
        case 0xCA:
            return engine::Value::of(std::int64_t{static_cast<std::int32_t>(whole(4))});
        case 0xCB:
            return engine::Value::of(static_cast<std::int64_t>(whole(8)));
        default:
            break;
        }
        const unsigned first = marker >= 0xD8 ? 0xD8 : marker >= 0xD4 ? 0xD4 : marker >= 0xD0 ? 0xD0 : 0xCC;
        const std::size_t size = whole(1U << (marker - first));
        switch (first) {
        case 0xCC: {
            const std::string_view bytes = raw(size);
            return engine::Value::ofBytes(std::as_bytes(std::span(bytes.data(), bytes.size())));
        }
        case 0xD0:
            return engine::Value::of(raw(size));
        case 0xD4:
            return list(size);
        default:
            return map(size);
        }
    }

    engine::Value list(std::size_t size) {
        std::vector<engine::Value> elements;
        for (std::size_t i = 0; i < size; ++i) {
            elements.push_back(value());
        }
        return engine::Value::of(std::move(elements));
    }

    engine::Value map(std::size_t size) {
        std::vector<engine::MapEntry> entries;
        for (std::size_t i = 0; i < size; ++i) {
            const engine::Value key = value();
            entries.push_back({std::string(key.string()), value()});
        }
        return engine::Value::of(std::move(entries));
    }

    engine::Value structure() {
        const auto [tag, size] = structureHead();
        std::vector<engine::Value> f;
        for (std::size_t i = 0; i < size; ++i) {
            f.push_back(value());
        }
        const auto number = [&f](std::size_t i) { return f.at(i).integer(); };
        switch (tag) {
        case server::bolt::tags::kDate:
            return engine::Value::of(engine::Date{number(0)});
        case server::bolt::tags::kLocalTime:
            return engine::Value::of(engine::LocalTime{number(0)});
        case server::bolt::tags::kTime:
            return engine::Value::of(engine::Time{number(0), static_cast<std::int32_t>(number(1))});
        case server::bolt::tags::kLocalDateTime:
            return engine::Value::of(engine::LocalDateTime{number(0), static_cast<std::int32_t>(number(1))});
        case server::bolt::tags::kDateTime:
            return engine::Value::of(engine::ZonedDateTime{
                number(0), static_cast<std::int32_t>(number(1)), static_cast<std::int32_t>(number(2)), {}});
        case server::bolt::tags::kDateTimeZoneId:
            return engine::Value::of(query::Zone::parse(f.at(2).string())
                                         .atInstant(number(0), static_cast<std::int32_t>(number(1))));
        case server::bolt::tags::kDuration:
            return engine::Value::of(
                engine::Duration{number(0), number(1), number(2), static_cast<std::int32_t>(number(3))});
        case server::bolt::tags::kNode:
            return node(f);
        case server::bolt::tags::kRelationship:
            return relationship(f, 3);
        case server::bolt::tags::kUnboundRelationship:
            return relationship(f, 1);
        case server::bolt::tags::kPath:
            return path(f);
        default:
            throw BadTest("a structure that nobody knows: " + std::to_string(tag));
        }
    }

    static std::vector<std::pair<std::string, engine::Value>> propertiesOf(const engine::Value& map) {
        std::vector<std::pair<std::string, engine::Value>> properties;
        for (const engine::MapEntry& entry : map.map()) {
            properties.emplace_back(entry.key, entry.value);
        }
        return properties;
    }

    engine::Value node(const std::vector<engine::Value>& f) {
        const engine::NodeId id{static_cast<std::uint32_t>(f.at(0).integer())};
        Entity entity{{}, propertiesOf(f.at(2))};
        for (const engine::Value& label : f.at(1).list()) {
            entity.labels.emplace_back(label.string());
        }
        entities_.nodes[id.value] = std::move(entity);
        return engine::Value::of(id);
    }

    engine::Value relationship(const std::vector<engine::Value>& f, std::size_t type) {
        const engine::RelId id{static_cast<std::uint32_t>(f.at(0).integer())};
        entities_.relationships[id.value] = {{std::string(f.at(type).string())},
                                             propertiesOf(f.at(type + 1))};
        return engine::Value::of(id);
    }

    static engine::Value path(const std::vector<engine::Value>& f) {
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
        return engine::Value::of(std::move(path));
    }

    std::string_view bytes_;
    std::size_t at_ = 0;
    SentEntities& entities_;
};

}  // namespace xinpu::logic
