// tests/fuzz/record_fuzz.cpp
// Any bytes as a row: refused, or the record is written and read the same again, and its properties are found
// one by one.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "engine/graph/record.h"
#include "fuzz_check.h"
#include "xinpu/error.h"

using namespace xinpu::engine;

namespace {

CatalogBuilder catalogOfFuzzing() {
    CatalogBuilder builder(std::make_shared<Catalog>());
    for (const char* label : {"A", "B", "C"}) {
        builder.label(label);
    }
    for (const char* type : {"R", "S"}) {
        builder.type(type);
    }
    for (int i = 0; i < 10; ++i) {
        builder.key("k" + std::to_string(i));
    }
    builder.makeDictionaryKey(KeyId{9});
    builder.code("word");
    builder.shape({{LabelId{0}, LabelId{2}}, {}, {KeyId{0}, KeyId{3}, KeyId{9}}});
    builder.shape({{}, TypeId{1}, {KeyId{2}}});
    return builder;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const CatalogBuilder kCatalog = catalogOfFuzzing();
    const Bytes row = std::as_bytes(std::span(data, size));
    const Catalog& catalog = kCatalog.catalog();
    NodeRecord node;
    if (decodeRecord(row, catalog, node)) {
        const RowReader reader = RowReader::ofNode(row, catalog);
        for (const auto& [key, value] : node.properties) {
            FUZZ_CHECK(key.value < catalog.keys().size());
            FUZZ_CHECK(reader.property(key).kind() == value.kind());
        }
        CatalogBuilder grown = kCatalog;
        std::string again;
        encodeRecord(node, grown, again);
        NodeRecord back;
        FUZZ_CHECK(decodeRecord(asBytes(again), grown.catalog(), back));
        FUZZ_CHECK(sameRecord(node, back));
    }
    RelRecord relationship;
    if (decodeRecord(row, catalog, relationship)) {
        CatalogBuilder grown = kCatalog;
        std::string again;
        encodeRecord(relationship, grown, again);
        RelRecord back;
        FUZZ_CHECK(decodeRecord(asBytes(again), grown.catalog(), back));
        FUZZ_CHECK(sameRecord(relationship, back));
    }
    try {
        const RowReader reader = RowReader::ofRelationship(row, catalog);
        reader.property(KeyId{9});
    } catch (const xinpu::Error& error) {
        FUZZ_CHECK(error.code() == xinpu::ErrorCode::Corrupt);
    }
    return 0;
}
