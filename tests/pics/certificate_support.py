"""Certificates that are made up, in the forms that real ones have. No product, company or person in them exists."""

FIRST_PAGE = """
Certificate Holder: Example Chargers Co., Ltd.
Certificate Number: {number}
Product Type: {product_type}
Product Designation: {product}
{software_label}: 2.4.1
Certification Date: March 14, 2025

This certificate attests that the above mentioned product successfully completed certification testing in conformance with the reference specification {reference}. The optional OCPP protocol features that are covered by this certificate can be found in the Abstract of the Test Report that is part of this certificate.

Test cases have been performed as described in the test report referred to below.

Applied\tPerformed by / On\tDocument Evidence
Conformance testing according to the test specification referenced by the test report\tExample Test House March 12, 2025\t{document}

For the Open Charge Alliance:

SOME BODY
Chairman

Authenticity of this certificate can be verified at www.openchargealliance.org

Abstract of the Test Report

Test Report OCPP {version} Certification

Test laboratory:\tExample Test House
Location:\tSomewhere, Nowhere
Test Report Reference:\tETH-2025-0042
Test Location\tETH Lab 3
Product Designation:\t{product}
Vendor name:\tExample Chargers Co., Ltd.
Device Under Test:\t{device}
{software_label}:\t2.4.1
"""

APPROVAL = """
Statement of Approval

Vendor\t\t
Name\tAnn Vendor\tDate: 2025-03-13
Company\tExample Chargers Co., Ltd.\tSignature:
Department\tProducts\t
Position\tManager\t
Location\tElsewhere, Nowhere\t

Test Laboratory\t\t
Name\tBen Tester\tDate: 2025-03-13
Name reviewer\tCat Checker\tSignature:
Company\tExample Test House\t
Department\tTesting\t
Position\tEngineer\t
Location\tSomewhere, Nowhere\t
"""

PERFORMANCE = """
Performance Measurement Result

The tables below shows the list of key performance indicators that are measured during the conformance test.

Name\tMax Value\tUnit\tDescription
OCPP response timeout\t45\tseconds\tThe timeout used for exchanging OCPP response messages.
OCPP triggered function timeout\t50\tseconds\tThe timeout used for when waiting for an OCPP function.

Name\tMin Value\tMax Value\tAverage Value\tUnit
OCPP response timeout\t0.10\t2.50\t0.75\tseconds
OCPP triggered function timeout\t0.20\t1.40\t0.80\tseconds

Communication technology used during performance measurement\tEthernet
--\t----------
"""

STATION_2024 = (
    FIRST_PAGE.format(
        number="OCA.0016.0901.CS",
        product_type="Charging Station",
        product="EX-60/A",
        software_label="OCPP Software Version",
        reference="OCPP 1.6 (Edition 2 FINAL, 2017-09-28 including Errata v4.0 Release, 2019-10-23)"
        " and Security Whitepaper Edition 3 (Improved security for OCPP 1.6-J v1.3, 2022-02-17)",
        document="Example_PICS 1.6 CS_EX-60_v1.1.6",
        version="1.6",
        device="Charging Station",
    )
    + """
Test Result Summary for the Certified Functionalities

Certification Profile\tTest Result\tDescription
Core\tPass\tBasic Charging Station functionality.
Firmware Management\tPass\tSupport for firmware update management.
Smart Charging\tNot Tested\tSupport for Smart Charging, to control charging.

Certification Extension\tTest Result\tDescription
Security extension\tPass\tImplementation of the whitepaper.

Hardware Feature Set

ID\tFeature\tSupported / Present
HFS-1\tHas a detachable cable\tYes
HFS-3\tHas AC support\tYes
HFS-4\tHas DC support\tNo
HFS-8\tNo. Connectors\t2
HFS-9\tCommunication technology\tEthernet, Wi-Fi

Connector\tCurrent\tPhases\tType\tCable Type
1\tAC\t3\tsType2\tSocket
2\tAC\t1\tsTypeZ\tSocket

Optional Features

Core

ID\tCore Features\tSupported / Present
C-01\tSupport for offline authorization of transactions\tYes
C-04\tAuthorization Cache\tYes
C-06\tAuthorization status after cable disconnected on EV side\t
C-06.1\tSupport for maintaining authorization when cable disconnected on EV side\tNo

ID\tMetervalues\tTested During Certification\tSupported According to Vendor
C-09\tSupported MeterValue Measurands\t\t
C-09.1\tMeterValuesSampledData\tVoltage SoC\tSoC, Voltage, Power.Offered

Firmware Management

ID\tCertification Profile: Firmware Management\tSupported / Present
F-1\tSupport for Secure Firmware Updates\tFalse

Security Extension

ID\tSecurity Extension\tSupported / Present
SEC-1\tSecurity Profile 1: Unsecured Transport with Basic Authentication\tNo
SEC-2\tSecurity Profile 2: TLS with Basic Authentication\tYes

Additional Questions

ID\tAdditional Questions for Lab Testing\tAnswer
AQ-4\tIs your Charging Station able to download firmware while there is an ongoing transaction?\tYes

Other Relevant Settings

ID\tLimit / Setting\tValue
ORS-1\tGetConfigurationMaxKeys\t20
ORS-7\tMaximum HeartbeatInterval supported\t3600

ID\tCertification Profile: Smart Charging\tValue
ORS-14\tChargingProfileMaxStackLevel\t9

ID\tFirmware Management Settings\tValue
ORS-16\tSupported file transfer protocols\tftp http

Vendor Specific Settings

Configuration Setting\tConfigured Value\tDescription
SERVER_ADDRESS\t192.0.2.7\tMade-up address
Tariff\t12.5,cents\tPrice
"""
    + PERFORMANCE
    + APPROVAL
)
"""An OCPP 1.6 station in the layout of 2024."""

CSMS_2025 = (
    FIRST_PAGE.format(
        number="OCA.0016.1200.CSMS",
        product_type="Charging Station Management System",
        product="Example Cloud 3",
        software_label="Firmware Version",
        reference="OCPP 1.6 (Edition 2 FINAL, 2017-09-28 including Errata 2025-04)",
        document="ETH_OCPP-1.6-PICS-CSMS-3.0.1",
        version="1.6",
        device="CSMS",
    )
    + """Config ID:\t00AA11BB-22CC33DD

Test Result Summary for the Certified Functionalities

Certification Profile\tTest Result\tDescription
Core\tPass\tBasic functionality and Security Profile 2.

Optional Features

ID\tCore Features\tSupported / Present
C-02\tSupport for something that only its author knows\tYes

ID\tReservations\tSupported / Present
R-0\tSupport for Reservations\tYes

Name\tMax Value\tUnit\tDescription
OCPP response timeout\t10\tseconds\tThe timeout used for exchanging OCPP response messages.
Response time Authorize\t5\tseconds\tThe response time for the Authorize message.
Time to first light\t2.5\tseconds\tA figure that no other certificate has.
"""
    + APPROVAL
    + """
OCTT Version\tRelease_2025-09_v4
OCTT Instance ID\t00112233445566778899aabbccddeeff
"""
)
"""An OCPP 1.6 CSMS in the layout of 2025."""

STATION_2_0_1 = (
    FIRST_PAGE.format(
        number="OCA.0201.0077.CS",
        product_type="Charging Station",
        product="EX-201",
        software_label="Firmware Version",
        reference="OCPP 2.0.1 (Edition 3 FINAL, 2024-05-06 including Errata 2024-11)",
        document="ETH_OCPP-2.0.1-PICS-CS-3.1.0",
        version="2.0.1",
        device="Charging Station",
    )
    + """
Test Result Summary for the Certified Functionalities

Certification Profile\tTest Result\tDescription
Core\tPass\tBasic Charging Station functionality and Security Profile 2.
Advanced Security\tPass\tSupport for TLS with client authentication.
Smart Charging\tPass\tSupport for Smart Charging, to control charging.

ID\tFeature\tSupported / Present
HFS-4\tCharging Station has DC support\tYes
HFS-8\tNo. EVSEs of Charging Station\t2

ID\tCore Features\tSupported / Present
C-09\tSupported Transaction Start points (TxStartPoint)\t
C-09.1\tStart transaction options - EVConnected\tNo
C-49\tAuthorization Cache (AuthCacheEnabled)\tNo
C-61\tSecurity Profile 1 - Unsecured Transport with Basic Authentication\tNo

ID\tMetervalues\tTested During Certification\tSupported According to Vendor
C-40\tSupported MeterValue Measurands\t\t
C-40.1\tSampledTxStartedMeasurands\tSoC\tSoC
C-40.2\tSampledTxUpdatedMeasurands\tSoC\tSoC Voltage

ID\tCipher Suites\tSupported / Present
C-41\tSupported Cipher Suites\tTLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256

ID\tCertification Profile: Smart Charging\tSupported / Present
SC-2\tSupported charging rate units (ChargingScheduleChargingRateUnit)\t
SC-2.1\tA\tYes
SC-2.2\tW\tYes

ID\tLimit / Setting\tValue
ORS-1\tA setting whose meaning is not known\t17
"""
    + PERFORMANCE
    + APPROVAL
)
"""An OCPP 2.0.1 station."""

STATION_2022 = """OCPP 1.6 Full Certificate

Certificate holder:\tExample Chargers Co., Ltd.
Certificate number:\tOCA.0016.0033.CS
Product type:\tCharging Station
Product designation:\tEX-1 OCPP Software version: 1.0.0 / Hardware feature set as stated below
Certification date:\tJanuary 25, 2022

This certificate attests that the above mentioned product successfully completed certification testing in conformance with the reference specification OCPP 1.6 – Edition 2 with OCPP 1.6 Errata sheet (v4.0 Release, 2019-10-23).

Applied tests\tPerformed by / on\tDocument evidence
Conformance testing according to the test specification\tExample Test House, January 24, 2022\tETH_20220124_Example

For the Open Charge Alliance:

SOME BODY Chairman

Abstract of test report

Test Result Summary

Test Result Summury\t\t\t
Test Report\tOCPP 1.6\tCertification\t
Test laboratory:\tExample Te\test House\t
Location:\tSomewhere\t\t
Test Report Reference:\tETH-1.\t6-006-2022\t
Vendor name:\tExample\t\t
Device Under Test:\tCharging Stat\tion\t
Communication:\tJSON\t\t
OCPP Software version:\t1.0.0\t\t
Functionalities\tOCPP 1.6\tDescription\t
\tCertification\t\t
\tTest Results\t\t
Core\tPass\tBasic Charging Station functionality\t
\t\tfor booting.\t
Optional functionalities\t\t\t
Local Authorization List Manageme\tPass\tFeatures to manage a local list.\t

Page **1** from **2**

Performance Measurement Results\t\t\t\t
Name PICS value Measured value Description\t\t\t\t
OCPP response timeout:\t60s\t00:00:38\tThe response time for when waiting for an OCPP response message.\t
Response time RemoteStartTransaction:\t60s\t00:00:00\tThe response time for the RemoteStartTransaction message.\t

Test Configuration\t\t\t\t
Vendor\tExample\t\t\t
DUT / SUT\tCharging Station\t\t\t
Communication\tJSON\t\t\t
OCPP Software version 1.0.0\t\t\t\t
OCTT version\tOCTT 1.6 v1.4.2\t\t\t

Hardware feature set\t\t\t\t
Feature Configuration\t\t\t\t
Socket(s) / connector(s)\tSingle\t\t\t
Fixed cable\t<yes></yes>\t\t\t
RFID readers\tSingle\tSingle\t\t

Non-OCPP Charge Point Configuration\t\t
Configuration key\tValue\t
<>\t<>\t

Limit / setting\tValue\t
Device supports sending milliseconds in timestamps.\tYes\t

OCPP Charging Station\tConfiguration\t\t
Configuration key\tValue\t\t
ConnectorPhaseRotation\t\t\t
\tRST\t\t
GetConfigurationMaxKeys\t50\t\t
MeterValuesAlignedDataMaxLength\t10\t\t
MeterValuesAlignedDataMaxLength\t0\t\t
NumberOfConnectors\t1\t\t
\tCore,LocalAut\t\t
SupportedFeatureProfiles\thListManagement, Remote Trigger\t\t
LocalAuthListEpobled\tTDUE\t\t
LocalAuthListEnabled\tTRUE\t\t
LocalAuthListMaxLength\t0\t\t
ChargingScheduleAllowedChargingRateUnit\tAmpere\t\t
SupportedFileTransferProtocols\thttp, https\t\t

Page **2** from **2**

Statement of Approval

Vendor\t\tDate: 2022.01.24\t
Name\tAnn Vendor\tSignature\t
Company\tExample Chargers Co., Ltd.\t2005 7\t
Department\tProducts\tL MAG\t1

Test laboratory\t\tDate: 2022.01.24
Name\tBen Tester\tSignature
Company\tExample Test House\t6
"""
"""An OCPP 1.6 station in the layout of 2022, with most of the damage that such certificates have."""

ALL = {
    "station 2024": STATION_2024,
    "csms 2025": CSMS_2025,
    "station 2.0.1": STATION_2_0_1,
    "station 2022": STATION_2022,
}
