// engine/journal/payload.cpp
// Encoding of payloads: [version] then per change [kind][fields]; a name is a number, or 0 and its text when
// new.

#include "engine/journal/payload.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "engine/value/codec.h"
#include "engine/value/varint.h"

namespace xinpu::engine {
namespace {

using ChangeKind = JournalChange::Kind;

/// Most names that one payload tells apart; further ones are written out each time.
constexpr std::size_t kNamesKept = 64;

class PayloadReader {
public:
    explicit PayloadReader(Bytes bytes) noexcept : in_(bytes) {}

    bool version() noexcept {
        std::uint8_t version = 0;
        return in_.byte(version) && version == 1;
    }
    bool atEnd() const noexcept { return in_.atEnd(); }

    bool change(JournalChange& change) {
        std::uint8_t kind = 0;
        if (!in_.byte(kind) || kind < 1 || kind > static_cast<std::uint8_t>(ChangeKind::File)) {
            return false;
        }
        change.kind = static_cast<ChangeKind>(kind);
        std::uint32_t count = 0;
        switch (change.kind) {
        case ChangeKind::PutNode:
            if (!id(change.id) || !in_.varint(count) || count > in_.left()) {
                return false;
            }
            change.labels.resize(count);
            return std::all_of(change.labels.begin(), change.labels.end(),
                               [this](auto& label) { return name(label); }) &&
                   properties(change.properties);
        case ChangeKind::PutRelationship:
            return id(change.id) && name(change.type) && in_.varint(change.start) && in_.varint(change.end) &&
                   properties(change.properties);
        case ChangeKind::DeleteNode:
        case ChangeKind::DeleteRelationship:
            return id(change.id);
        case ChangeKind::Schema:
            return text(change.text);
        case ChangeKind::File: {
            std::span<const std::byte> digest;
            if (!text(change.text) || !in_.bytes(change.digest.size(), digest)) {
                return false;
            }
            std::memcpy(change.digest.data(), digest.data(), digest.size());
            return true;
        }
        }
        return false;
    }

private:
    bool id(std::uint32_t& out) noexcept {
        constexpr std::int64_t kIdMax = std::numeric_limits<std::uint32_t>::max();
        std::int64_t step = 0;
        if (!in_.zigzag64(step) || step < -kIdMax || step > kIdMax) {
            return false;
        }
        const std::int64_t id = static_cast<std::int64_t>(last_id_) + step;
        if (id < 0 || id > kIdMax) {
            return false;
        }
        last_id_ = out = static_cast<std::uint32_t>(id);
        return true;
    }
    bool text(std::string& out) {
        std::uint32_t length = 0;
        std::string_view view;
        if (!in_.varint(length) || !in_.text(length, view)) {
            return false;
        }
        out = view;
        return true;
    }
    bool name(std::string& out) {
        std::uint32_t number = 0;
        if (!in_.varint(number)) {
            return false;
        }
        if (number != 0) {
            if (number > names_.size()) {
                return false;
            }
            out = names_[number - 1];
            return true;
        }
        if (!text(out)) {
            return false;
        }
        if (names_.size() < kNamesKept) {
            names_.push_back(out);
        }
        return true;
    }
    bool properties(std::vector<std::pair<std::string, Value>>& list) {
        std::uint32_t count = 0;
        if (!in_.varint(count) || count > in_.left() / 2) {  // A name and a value each.
            return false;
        }
        list.resize(count);
        for (auto& [key, value] : list) {
            if (!name(key)) {
                return false;
            }
            std::span<const std::byte> rest = in_.rest();
            const std::size_t before = rest.size();
            std::span<const std::byte> used;
            if (!decodeValue(rest, value) || !in_.bytes(before - rest.size(), used)) {
                return false;
            }
        }
        return true;
    }

    ByteReader in_;
    std::vector<std::string> names_;
    std::uint32_t last_id_ = 0;
};

void putId(std::uint32_t id, std::uint32_t& last, std::string& out) {
    putZigzag64(static_cast<std::int64_t>(id) - static_cast<std::int64_t>(last), out);
    last = id;
}

}  // namespace

void PayloadWriter::name(std::string_view text) {
    const auto found = std::find(names_.begin(), names_.end(), text);
    if (found != names_.end()) {
        putVarint32(static_cast<std::uint32_t>(found - names_.begin()) + 1, bytes_);
        return;
    }
    putVarint32(0, bytes_);
    putVarint32(static_cast<std::uint32_t>(text.size()), bytes_);
    bytes_ += text;
    if (names_.size() < kNamesKept) {
        names_.emplace_back(text);
    }
}

void PayloadWriter::properties(const std::vector<std::pair<std::string_view, const Value*>>& list) {
    putVarint32(static_cast<std::uint32_t>(list.size()), bytes_);
    for (const auto& [key, value] : list) {
        name(key);
        encodeValue(*value, bytes_);
    }
}

void PayloadWriter::putNode(std::uint32_t id, const std::vector<std::string_view>& labels,
                            const std::vector<std::pair<std::string_view, const Value*>>& list) {
    bytes_.push_back(static_cast<char>(ChangeKind::PutNode));
    putId(id, last_id_, bytes_);
    putVarint32(static_cast<std::uint32_t>(labels.size()), bytes_);
    for (const std::string_view label : labels) {
        name(label);
    }
    properties(list);
}

void PayloadWriter::deleteNode(std::uint32_t id) {
    bytes_.push_back(static_cast<char>(ChangeKind::DeleteNode));
    putId(id, last_id_, bytes_);
}

void PayloadWriter::putRelationship(std::uint32_t id, std::string_view type, std::uint32_t start,
                                    std::uint32_t end,
                                    const std::vector<std::pair<std::string_view, const Value*>>& list) {
    bytes_.push_back(static_cast<char>(ChangeKind::PutRelationship));
    putId(id, last_id_, bytes_);
    name(type);
    putVarint32(start, bytes_);
    putVarint32(end, bytes_);
    properties(list);
}

void PayloadWriter::deleteRelationship(std::uint32_t id) {
    bytes_.push_back(static_cast<char>(ChangeKind::DeleteRelationship));
    putId(id, last_id_, bytes_);
}

void PayloadWriter::schema(std::string_view text) {
    bytes_.push_back(static_cast<char>(ChangeKind::Schema));
    putVarint32(static_cast<std::uint32_t>(text.size()), bytes_);
    bytes_ += text;
}

void PayloadWriter::file(std::string_view file_name, const Digest& digest) {
    bytes_.push_back(static_cast<char>(ChangeKind::File));
    putVarint32(static_cast<std::uint32_t>(file_name.size()), bytes_);
    bytes_ += file_name;
    bytes_.append(reinterpret_cast<const char*>(digest.data()), digest.size());
}

std::optional<std::vector<JournalChange>> decodePayload(Bytes bytes) noexcept {
    PayloadReader in(bytes);
    std::vector<JournalChange> changes;
    if (!in.version()) {
        return std::nullopt;
    }
    while (!in.atEnd()) {
        JournalChange change;
        if (!in.change(change)) {
            return std::nullopt;
        }
        changes.push_back(std::move(change));
    }
    return changes;
}

}  // namespace xinpu::engine
