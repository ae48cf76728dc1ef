// tests/fuzz/journal_fuzz.cpp
// Any bytes as a journal entry and as a payload: refused, or written again with the same meaning.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/journal/journal.h"
#include "engine/journal/payload.h"
#include "engine/value/literal.h"
#include "fuzz_check.h"

using namespace xinpu::engine;

namespace {

using Kind = JournalChange::Kind;

void write(const JournalChange& change, PayloadWriter& writer) {
    const std::vector<std::string_view> labels(change.labels.begin(), change.labels.end());
    std::vector<std::pair<std::string_view, const Value*>> properties;
    for (const auto& [key, value] : change.properties) {
        properties.emplace_back(key, &value);
    }
    switch (change.kind) {
    case Kind::PutNode:
        return writer.putNode(change.id, labels, properties);
    case Kind::DeleteNode:
        return writer.deleteNode(change.id);
    case Kind::PutRelationship:
        return writer.putRelationship(change.id, change.type, change.start, change.end, properties);
    case Kind::DeleteRelationship:
        return writer.deleteRelationship(change.id);
    case Kind::Schema:
        return writer.schema(change.text);
    case Kind::File:
        return writer.file(change.text, change.digest);
    }
}

void checkSame(const JournalChange& a, const JournalChange& b) {
    FUZZ_CHECK(a.kind == b.kind && a.id == b.id && a.labels == b.labels && a.type == b.type);
    FUZZ_CHECK(a.start == b.start && a.end == b.end && a.text == b.text && a.digest == b.digest);
    FUZZ_CHECK(a.properties.size() == b.properties.size());
    for (std::size_t i = 0; i < a.properties.size(); ++i) {
        FUZZ_CHECK(a.properties[i].first == b.properties[i].first);
        FUZZ_CHECK(toCypherText(a.properties[i].second) == toCypherText(b.properties[i].second));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Bytes bytes = std::as_bytes(std::span(data, size));
    if (const auto entry = decodeEntry(bytes)) {
        const auto back = decodeEntry(asBytes(encodeEntry(*entry)));
        FUZZ_CHECK(back.has_value());
        FUZZ_CHECK(encodeEntry(*back) == encodeEntry(*entry));
    }
    if (const auto changes = decodePayload(bytes)) {
        PayloadWriter writer;
        for (const JournalChange& change : *changes) {
            write(change, writer);
        }
        const std::string again = writer.take();
        const auto back = decodePayload(asBytes(again));
        FUZZ_CHECK(back.has_value());
        FUZZ_CHECK(back->size() == changes->size());
        for (std::size_t i = 0; i < back->size(); ++i) {
            checkSame((*back)[i], (*changes)[i]);
        }
    }
    return 0;
}
