// bench/index/key_index_bench.cpp
// What do the keys of the sample city cost in key blocks: bytes, look-ups, pushes? Beside them: one entry a
// key. usage: key_index_bench GENERATED_FOLDER SCRATCH_FOLDER

#include <time.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "engine/index/key_index.h"
#include "engine/store/environment.h"
#include "engine/value/ordered_key.h"

using namespace xinpu::engine;

namespace {

constexpr int kLookups = 300'000;
constexpr int kCommits = 200;
constexpr std::uint32_t kPushed = 100;

/// Processor time of this thread: other work on the machine counts less.
double seconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

struct Key {
    std::string key;
    std::uint32_t id = 0;
};

std::string orderedKey(const std::string& text) {
    std::string key;
    encodeOrderedKey(Value::of(text), key);
    return key;
}

/// First column of a generated file; ids in the order of the rows.
std::vector<Key> keysOf(const std::filesystem::path& file, std::uint32_t first_id) {
    std::ifstream in(file);
    std::string line;
    std::getline(in, line);
    std::vector<Key> keys;
    while (std::getline(in, line)) {
        keys.push_back({orderedKey(line.substr(0, line.find(','))), first_id++});
    }
    return keys;
}

std::shared_ptr<Environment> freshStore(const std::filesystem::path& folder) {
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    return Environment::open(folder, {.read_only = false, .create = true});
}

double megabytes(const Environment& store) {
    const PageUse use = store.pageUse();
    return static_cast<double>((use.file_pages - use.free_pages) * use.page_bytes) / 1e6;
}

void oneEntryAKey(const std::filesystem::path& folder, const std::vector<std::vector<Key>>& indexes) {
    const auto store = freshStore(folder);
    StoreTxn txn = store->beginWrite();
    TableWriter table(txn, Table::Keys);
    std::uint16_t index = 1;
    for (const std::vector<Key>& keys : indexes) {
        for (const Key& entry : keys) {
            const std::string id = KeyBuilder().u32(entry.id).text();
            table.append(KeyBuilder().u16(index).bytes(asBytes(entry.key)).view(), asBytes(id));
        }
        ++index;
    }
    txn.commit();
    std::printf("one entry a key: %.1f MB\n", megabytes(*store));
}

void build(Environment& store, IndexId index, const std::vector<Key>& keys) {
    const double before = megabytes(store);
    const double start = seconds();
    StoreTxn txn = store.beginWrite();
    TableWriter table(txn, Table::Keys);
    KeyIndexBuilder builder(table, index);
    for (const Key& entry : keys) {
        builder.add(entry.key, entry.id);
    }
    builder.finish();
    const double built = seconds() - start;
    txn.commit();
    std::printf("index %u: %zu keys, %.1f MB, built in %.2f s\n", index.value, keys.size(),
                megabytes(store) - before, built);
}

/// False if an answer is wrong.
bool lookUp(const Environment& store, IndexId index, const std::vector<Key>& keys) {
    std::mt19937 random(1);
    std::vector<Key> picked;
    for (int i = 0; i < kLookups; ++i) {
        picked.push_back(keys[random() % keys.size()]);
    }
    const StoreTxn txn = store.beginRead();
    const KeyIndex reader(TableReader(txn, Table::Keys), index);
    for (int round = 0; round < 3; ++round) {
        const double start = seconds();
        for (const Key& entry : picked) {
            const auto hit = reader.find(entry.key);
            if (!hit || hit->id != entry.id) {
                std::printf("index %u: wrong answer\n", index.value);
                return false;
            }
        }
        if (round == 2) {
            std::printf("index %u: %.0f ns a look-up\n", index.value, (seconds() - start) * 1e9 / kLookups);
        }
    }
    return true;
}

/// Commits of new document numbers of one year, each of a random domain.
void push(Environment& store, IndexId index, const std::vector<Key>& documents, std::uint32_t next_id) {
    std::mt19937 random(2);
    double applied = 0;
    std::uint32_t number = next_id;
    for (int commit = 0; commit < kCommits; ++commit) {
        std::vector<KeyChange> changes;
        for (std::uint32_t i = 0; i < kPushed; ++i, ++number) {
            const std::string& like = documents[random() % documents.size()].key;
            const std::string domain = like.substr(1, like.find("\xe3\x80\x94") - 1);
            changes.push_back(
                {orderedKey(domain + "〔2026〕" + std::to_string(number) + "号"), number, true});
        }
        StoreTxn txn = store.beginWrite();
        TableWriter table(txn, Table::Keys);
        const double start = seconds();
        applyKeyChanges(table, index, changes);
        applied += seconds() - start;
        txn.commit();
    }
    std::printf("pushes: %.0f us a commit of %u documents, %.1f MB then\n", applied * 1e6 / kCommits, kPushed,
                megabytes(store));
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::fprintf(stderr, "usage: key_index_bench GENERATED_FOLDER SCRATCH_FOLDER\n");
        return 2;
    }
    const std::filesystem::path from = argv[1];
    const std::filesystem::path scratch = argv[2];
    std::vector<std::vector<Key>> indexes;
    std::uint32_t next_id = 0;
    for (const char* file : {"companies.csv", "persons.csv", "penalties.csv"}) {
        indexes.push_back(keysOf(from / file, next_id));
        next_id += static_cast<std::uint32_t>(indexes.back().size());
        std::sort(indexes.back().begin(), indexes.back().end(),
                  [](const Key& a, const Key& b) { return a.key < b.key; });
    }
    oneEntryAKey(scratch / "plain", indexes);
    const auto store = freshStore(scratch / "blocks");
    for (std::uint32_t i = 0; i < indexes.size(); ++i) {
        build(*store, IndexId{i + 1}, indexes[i]);
    }
    std::printf("key blocks: %.1f MB\n", megabytes(*store));
    for (std::uint32_t i = 0; i < indexes.size(); ++i) {
        if (!lookUp(*store, IndexId{i + 1}, indexes[i])) {
            return 1;
        }
    }
    push(*store, IndexId{3}, indexes[2], next_id);
    return 0;
}
