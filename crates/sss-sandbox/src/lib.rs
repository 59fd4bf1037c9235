//! A deterministic AWS of the services that a service stack needs.
mod apigateway;
mod cloudmap;
mod ec2;
mod ecs;
mod iam;
mod input;
mod logs;
mod refusal;
mod tagging;
mod tags;
mod world;
