-- Run once, on an empty volume: Temporal's user makes its own databases, Handrail's and the demo's are made here.
create role temporal with login createdb password 'temporal';
create database northwind;
create database aldermere;
