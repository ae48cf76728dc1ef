// server/metrics/exposition.cpp
// prometheus-cpp knows the format; the numbers come from the rooms.
#include "server/metrics/exposition.h"

#include <limits>

#include <prometheus/text_serializer.h>

namespace xinpu::server {

prometheus::ClientMetric& Exposition::add(std::string_view name, std::string_view help, prometheus::MetricType type,
                                          Labels labels) {
    if (families_.empty() || families_.back().name != name) {
        prometheus::MetricFamily family;
        family.name = name;
        family.help = help;
        family.type = type;
        families_.push_back(std::move(family));
    }
    prometheus::ClientMetric metric;
    for (const auto& [label, value] : labels) {
        metric.label.push_back({std::string(label), std::string(value)});
    }
    families_.back().metric.push_back(std::move(metric));
    return families_.back().metric.back();
}

void Exposition::counter(std::string_view name, std::string_view help, double value, Labels labels) {
    add(name, help, prometheus::MetricType::Counter, labels).counter.value = value;
}

void Exposition::gauge(std::string_view name, std::string_view help, double value, Labels labels) {
    add(name, help, prometheus::MetricType::Gauge, labels).gauge.value = value;
}

void Exposition::histogram(std::string_view name, std::string_view help, std::span<const double> bounds,
                           std::span<const std::uint64_t> counts, double sum, Labels labels) {
    auto& histogram = add(name, help, prometheus::MetricType::Histogram, labels).histogram;
    std::uint64_t so_far = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        so_far += counts[i];
        histogram.bucket.push_back(
            {so_far, i < bounds.size() ? bounds[i] : std::numeric_limits<double>::infinity()});
    }
    histogram.sample_count = so_far;
    histogram.sample_sum = sum;
}

std::string Exposition::text() const {
    return prometheus::TextSerializer().Serialize(families_);
}

}  // namespace xinpu::server
