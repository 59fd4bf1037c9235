//! The prices of a region, as data with a date.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, de::Error};
use serde_json::Value;

use super::NoPrices;

/// The table of the library.
const TABLE: &str = include_str!("prices.json");

/// List prices of AWS by region, in USD without tax.
///
/// [`Prices::default`] is the library's own table. A file of the same form replaces it, for other regions, newer prices
/// or a discount:
///
/// ```
/// use sss_model::cost::Prices;
///
/// let own = Prices::from_json(
///     r#"{"as_of": "2026-11-01", "regions": {"eu-west-1": {
///         "fargate_vcpu_hour": 0.04, "fargate_gb_hour": 0.004, "fargate_arm_vcpu_hour": 0.03, "fargate_arm_gb_hour": 0.003,
///         "public_ipv4_hour": 0.005, "http_api_million": 1.11, "http_api_million_above_300": 1.0,
///         "private_zone_month": 0.5, "log_ingestion_gb": 0.57, "log_storage_gb_month": 0.03}}}"#,
/// )?;
/// assert!(own.of("eu-west-1").is_some());
/// assert!(Prices::default().of("eu-west-1").is_none());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prices {
    /// The day of the prices, such as `2026-08-27`.
    pub as_of: String,
    /// The prices of each region.
    pub regions: BTreeMap<String, PriceList>,
}

/// The prices of one region, in USD without tax.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceList {
    /// An hour of a vCPU of Fargate, for Linux on `X86_64`.
    pub fargate_vcpu_hour: f64,
    /// An hour of a GB of memory of Fargate, for Linux on `X86_64`.
    pub fargate_gb_hour: f64,
    /// An hour of a vCPU of Fargate, for Linux on `ARM64`.
    pub fargate_arm_vcpu_hour: f64,
    /// An hour of a GB of memory of Fargate, for Linux on `ARM64`.
    pub fargate_arm_gb_hour: f64,
    /// An hour of a GB of ephemeral storage above the 20 GB of each task. Not known for every region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub storage_gb_hour: Option<f64>,
    /// An hour of a public IPv4 address.
    pub public_ipv4_hour: f64,
    /// A million requests of an HTTP API, up to 300 millions a month.
    pub http_api_million: f64,
    /// A million requests of an HTTP API above 300 millions a month.
    pub http_api_million_above_300: f64,
    /// An hour of an Application Load Balancer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alb_hour: Option<f64>,
    /// An hour of a capacity unit of an Application Load Balancer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alb_capacity_unit_hour: Option<f64>,
    /// An hour of a Network Load Balancer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nlb_hour: Option<f64>,
    /// An hour of a capacity unit of a Network Load Balancer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nlb_capacity_unit_hour: Option<f64>,
    /// A month of a private hosted zone of Route 53, which a namespace of Cloud Map has.
    pub private_zone_month: f64,
    /// A GB that CloudWatch Logs takes in.
    pub log_ingestion_gb: f64,
    /// A month of a GB that CloudWatch Logs keeps.
    pub log_storage_gb_month: f64,
}

impl Prices {
    /// Reads a table.
    ///
    /// # Errors
    ///
    /// The text is no JSON, a price is missing, negative or no number, a key is unknown, the table has no region, or
    /// `as_of` is no day.
    pub fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        let prices: Self = serde_json::from_str(text)?;
        prices.check().map_err(serde_json::Error::custom)?;
        Ok(prices)
    }

    /// Checks the values of a table that has the right form.
    fn check(&self) -> Result<(), String> {
        let is_day = |(index, letter): (usize, char)| match index {
            4 | 7 => letter == '-',
            _ => letter.is_ascii_digit(),
        };
        if self.as_of.len() != 10 || !self.as_of.chars().enumerate().all(is_day) {
            return Err(format!("`as_of` must be a day such as \"2026-08-27\", not \"{}\"", self.as_of));
        }
        if self.regions.is_empty() {
            return Err("`regions` must have the prices of a region".to_owned());
        }

        for (region, list) in &self.regions {
            let prices = serde_json::to_value(list).unwrap_or_default();
            let negative = |(_, price): &(&String, &Value)| price.as_f64().is_some_and(|price| price < 0.0);
            if let Some((key, price)) = prices.as_object().into_iter().flatten().find(negative) {
                return Err(format!("`regions.{region}.{key}` must be 0 or more, not {price}"));
            }
        }
        Ok(())
    }

    /// Returns the prices of a region.
    pub fn of(&self, region: &str) -> Option<&PriceList> {
        self.regions.get(region)
    }

    /// Returns the prices of a region, or the regions that the table has.
    pub(crate) fn list(&self, region: &str) -> Result<&PriceList, NoPrices> {
        self.of(region).ok_or_else(|| NoPrices::Region {
            region: region.to_owned(),
            known: self.regions.keys().cloned().collect(),
        })
    }
}

impl Default for Prices {
    /// Returns the library's table.
    ///
    /// Its prices come from dumps of the AWS Price List API and price lists of others, of March to August 2026. Nobody
    /// compared them with an invoice.
    fn default() -> Self {
        Self::from_json(TABLE).expect("a test reads the table")
    }
}
