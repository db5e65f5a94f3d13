<?php

namespace App\Entity;

use Doctrine\ORM\Mapping as ORM;

#[ORM\Embeddable]
class Address
{
    #[ORM\Column]
    private string $streetName;

    #[ORM\Column(nullable: true)]
    private ?string $city;
}

#[ORM\Embeddable]
class Contact
{
    #[ORM\Column(type: 'text')]
    private string $phone;
}

#[ORM\MappedSuperclass]
abstract class Named
{
    #[ORM\Id]
    #[ORM\Column(type: 'guid')]
    protected string $code;

    #[ORM\Column]
    protected string $label;
}

#[ORM\Entity]
class Badge extends Named
{
    #[ORM\Column]
    private bool $isGolden = false;
}
