// server/metrics/exposition.h
#pragma once
// Collects metrics for one answer and writes them in Prometheus' text format.

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <prometheus/metric_family.h>

namespace xinpu::server {

/// Names have the prefix xinpu_, base units, and `_total` where they only grow. Values of one name are put one after
/// the other.
class Exposition {
public:
    using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

    void counter(std::string_view name, std::string_view help, double value, Labels labels = {});
    void gauge(std::string_view name, std::string_view help, double value, Labels labels = {});
    /// `counts`: one for each bound, not added up, then the one beyond all bounds.
    void histogram(std::string_view name, std::string_view help, std::span<const double> bounds,
                   std::span<const std::uint64_t> counts, double sum, Labels labels = {});
    std::string text() const;

private:
    prometheus::ClientMetric& add(std::string_view name, std::string_view help, prometheus::MetricType type,
                                  Labels labels);
    std::vector<prometheus::MetricFamily> families_;
};

}  // namespace xinpu::server
