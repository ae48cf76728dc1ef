// bench/peers/ideal_csr/questions.cpp
// The answers as text.

#include "bench/peers/ideal_csr/questions.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_map>

namespace xinpu::bench {
namespace {

constexpr int kOwnershipSteps = 6;
constexpr double kOwnerShare = 0.25;
constexpr std::uint32_t kMajorityBp = 5000;
constexpr std::size_t kGroups = 100;

template <typename... Fields>
std::string line(const Fields&... fields) {
    std::string text;
    const auto append = [&text](const auto& field) {
        if (!text.empty()) {
            text += '|';
        }
        if constexpr (std::is_arithmetic_v<std::decay_t<decltype(field)>>) {
            text += std::to_string(field);
        } else {
            text += field;
        }
    };
    (append(fields), ...);
    return text;
}

bool isValid(const Neighbour& stake) {
    return stake.from <= kDate && kDate < stake.to;
}

}  // namespace

std::string Questions::ownPenalties(std::string_view uscc) {
    const std::uint32_t firm = city_.index.find(uscc);
    std::uint32_t count = 0;
    std::uint64_t fines = 0;
    std::string documents;
    for (std::uint32_t k = city_.penalties.offsets[firm]; k < city_.penalties.offsets[firm + 1]; ++k) {
        const Penalty& penalty = city_.penalties.entries[k];
        if (penalty.date > kWindowTo) {
            continue;
        }
        if (penalty.date < kWindowFrom) {
            break;
        }
        documents += count == 0 ? "" : ";";
        documents += city_.documents[penalty.document];
        ++count;
        fines += penalty.fine;
    }
    return line(uscc, count, fines, documents);
}

std::string Questions::relatedSet(std::string_view uscc, int hops) {
    const std::vector<std::uint32_t>& nodes = walker_.related(city_.index.find(uscc), hops);
    std::size_t firms = 0;
    std::string_view least = uscc;
    std::string_view greatest = uscc;
    for (const std::uint32_t node : nodes) {
        if (node < city_.firms) {
            ++firms;
            least = std::min(least, city_.keys[node]);
            greatest = std::max(greatest, city_.keys[node]);
        }
    }
    return line(uscc, hops, firms, nodes.size() - firms, least, greatest);
}

std::string Questions::relatedViolations(std::string_view uscc) {
    walker_.related(city_.index.find(uscc), 3);
    const Walker::Sum sum = walker_.penaltiesAndLatest();
    std::string documents;
    for (const Penalty& penalty : walker_.latest()) {
        documents += documents.empty() ? "" : ";";
        documents += city_.documents[penalty.document];
    }
    return line(uscc, sum.firms, sum.count, sum.fines, documents);
}

std::string Questions::relatedSum(std::uint32_t firm) {
    walker_.related(firm, 3);
    const Walker::Sum sum = walker_.penalties();
    return line(city_.keys[firm], sum.firms, sum.count, sum.fines);
}

std::string Questions::owners(std::string_view uscc) {
    std::unordered_map<std::uint32_t, double> layer{{city_.index.find(uscc), 1.0}};
    std::unordered_map<std::uint32_t, double> total;
    for (int step = 0; step < kOwnershipSteps && !layer.empty(); ++step) {
        std::unordered_map<std::uint32_t, double> next;
        for (const auto& [node, part] : layer) {
            for (std::uint32_t k = city_.holders.offsets[node]; k < city_.holders.offsets[node + 1]; ++k) {
                const Neighbour& holder = city_.holders.entries[k];
                if (isValid(holder)) {
                    next[holder.node] += part * holder.share_bp / 10000.0;
                }
            }
        }
        for (const auto& [node, part] : next) {
            total[node] += part;
        }
        layer.swap(next);
    }
    std::vector<std::string> owners;
    for (const auto& [node, part] : total) {
        if (part >= kOwnerShare - 1e-9) {
            const auto micro = static_cast<std::int64_t>(std::floor(part * 1e6 + 0.5 + 1e-4));
            owners.push_back(std::string(city_.keys[node]) + '=' + std::to_string(micro));
        }
    }
    std::sort(owners.begin(), owners.end());
    std::string list;
    for (const std::string& owner : owners) {
        list += list.empty() ? owner : ';' + owner;
    }
    return line(uscc, list);
}

std::vector<std::string> investorGroups(const CityArrays& city) {
    std::vector<std::uint32_t> up(city.nodes());
    std::iota(up.begin(), up.end(), 0u);
    const auto root = [&](std::uint32_t node) {
        while (up[node] != node) {
            node = up[node] = up[up[node]];
        }
        return node;
    };
    for (std::uint32_t firm = 0; firm < city.firms; ++firm) {
        for (std::uint32_t k = city.holders.offsets[firm]; k < city.holders.offsets[firm + 1]; ++k) {
            const Neighbour& holder = city.holders.entries[k];
            if (holder.share_bp >= kMajorityBp && isValid(holder)) {
                up[root(firm)] = root(holder.node);
            }
        }
    }
    struct Group {
        std::uint32_t firms = 0;
        std::uint32_t count = 0;
        std::uint64_t fines = 0;
        std::string_view least;
    };
    std::vector<Group> groups(city.nodes());
    for (std::uint32_t firm = 0; firm < city.firms; ++firm) {
        Group& group = groups[root(firm)];
        ++group.firms;
        if (group.least.empty() || city.keys[firm] < group.least) {
            group.least = city.keys[firm];
        }
        for (std::uint32_t k = city.penalties.offsets[firm]; k < city.penalties.offsets[firm + 1]; ++k) {
            const Penalty& penalty = city.penalties.entries[k];
            if (kWindowFrom <= penalty.date && penalty.date <= kWindowTo) {
                ++group.count;
                group.fines += penalty.fine;
            }
        }
    }
    std::erase_if(groups, [](const Group& group) { return group.firms < 2; });
    const std::size_t shown = std::min(kGroups, groups.size());
    std::partial_sort(groups.begin(), groups.begin() + static_cast<std::ptrdiff_t>(shown), groups.end(),
                      [](const Group& a, const Group& b) {
                          return a.count != b.count ? a.count > b.count : a.least < b.least;
                      });
    std::vector<std::string> rows;
    for (std::size_t i = 0; i < shown; ++i) {
        rows.push_back(line(i + 1, groups[i].least, groups[i].firms, groups[i].count, groups[i].fines));
    }
    return rows;
}

}  // namespace xinpu::bench
