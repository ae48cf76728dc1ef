// tests/fuzz/key_block_fuzz.cpp
// Any bytes as a key block: refused, or its entries ascend and are found; and what they say is written the
// same again.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "engine/index/key_block.h"
#include "fuzz_check.h"

using namespace xinpu::engine;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto view = KeyBlockView::parse(std::as_bytes(std::span(data, size)));
    if (!view) {
        return 0;
    }
    std::uint32_t id = 0;
    view->find("", &id);
    view->find("91441927MA9FAFN17W", &id);
    const auto decoded = view->decode();
    if (!decoded) {
        return 0;
    }
    FUZZ_CHECK(decoded->size() == view->size());
    KeyBlockBuilder builder;
    for (std::size_t i = 0; i < decoded->size(); ++i) {
        const KeyBlockEntry entry = decoded->entry(i);
        FUZZ_CHECK(entry.key.size() <= kStoredKeyBytesMax);
        FUZZ_CHECK(view->find(entry.key, &id) == KeyLookup::Found);
        FUZZ_CHECK(id <= entry.id);
        FUZZ_CHECK(builder.tryAdd(entry.key, entry.id, SIZE_MAX));
    }
    if (builder.bytes() > UINT16_MAX) {
        return 0;  // A block that no builder would make: its offsets have two bytes.
    }
    const std::string again = builder.finish();
    const auto second = KeyBlockView::parse(asBytes(again));
    FUZZ_CHECK(second.has_value());
    const auto back = second->decode();
    FUZZ_CHECK(back.has_value());
    FUZZ_CHECK(back->size() == decoded->size());
    for (std::size_t i = 0; i < back->size(); ++i) {
        FUZZ_CHECK(back->entry(i).key == decoded->entry(i).key);
        FUZZ_CHECK(back->entry(i).id == decoded->entry(i).id);
    }
    return 0;
}
